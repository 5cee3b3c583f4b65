import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sdl } from '../schema/index.ts';
import { clientAddress } from './address.ts';
import type { App } from './app.ts';
import type { Origin } from './context.ts';
import type { GraphQL } from './graphql.ts';
import { page } from './page.ts';
import type { Quotas } from './quota.ts';

/** How long requests that have begun may take once the server is to stop. */
const LAST_ANSWERS_MS = 5_000;

type Answer = (response: ServerResponse) => Promise<void> | void;

/** HTTP on one port. It does not listen yet, and answers what it has begun before it is disposed of. */
export function serveHttp(app: App, graphql: GraphQL, quotas: Quotas): AsyncDisposable & { readonly server: Server } {
  const paths: Record<string, Answer> = {
    '/healthz': (response) => plain(response, 200, 'alive\n'),
    '/readyz': async (response) =>
      (await app.isReady()) ? plain(response, 200, 'ready\n') : plain(response, 503, 'not ready\n'),
    '/metrics': async (response) => plain(response, 200, await app.metrics.registry.metrics()),
    '/schema.graphql': (response) => plain(response, 200, sdl),
  };
  const web = page();
  const originOf = (request: IncomingMessage, response: ServerResponse): Origin => {
    const address = clientAddress(request, app.config.proxyHops);
    const { authorization } = request.headers;
    return { authorization, address, quota: quotas.of(address), transport: 'http', gone: () => response.closed };
  };
  const answering = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    const path = request.url?.split('?', 1)[0] ?? '';
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const answer = request.method === 'GET' && Object.hasOwn(paths, path) ? paths[path] : undefined;
    const answered = answer
      ? answer(response)
      : reads && web.has(path)
        ? web.answer(request, response)
        : graphql(request, response, originOf(request, response));
    Promise.resolve(answered).catch((fault) => {
      app.parts.onFault(fault);
      response.destroy();
    });
  });

  return {
    server,
    async [Symbol.asyncDispose]() {
      server.close();
      const cutOff = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
      for (const response of answering) if (isStream(response)) response.destroy();
      await Promise.all([...answering].map((response) => new Promise((resolve) => response.once('close', resolve))));
      clearTimeout(cutOff);
      server.closeAllConnections();
    },
  };
}

/** An answer is written in one go; of a stream the head has been sent, and the end is not in sight. */
const isStream = (response: ServerResponse): boolean => response.headersSent && !response.writableEnded;

function plain(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(body);
}
