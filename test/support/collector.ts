import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { newSignal, until } from './wait.ts';

/** A span as OTLP writes it in JSON. */
interface ExportedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly kind: number;
}

/** What an SDK exports at a time. */
interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
}

/** Receives spans, as a collector of OpenTelemetry does at its port 4318. */
export async function newCollector() {
  const spans: ExportedSpan[] = [];
  const arrived = newSignal();
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Export;
    for (const { scopeSpans } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
    response.setHeader('content-type', 'application/json').end('{}');
    arrived.notify();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves with the first span of this name. */
    async received(name: string): Promise<ExportedSpan> {
      const find = () => spans.find((span) => span.name === name);
      await until(arrived, () => find() !== undefined);
      return find() as ExportedSpan;
    },
  };
}

/** Writes otel.mjs as docs/operations.md prints it into a folder that has its packages. */
export async function otelFolder(): Promise<string> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const document = await readFile(`${root}docs/operations.md`, 'utf8');
  const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(document) ?? [];
  const folder = await temporaryFolder();
  await writeFile(`${folder}/otel.mjs`, program);
  await symlink(`${root}node_modules`, `${folder}/node_modules`);
  return folder;
}
