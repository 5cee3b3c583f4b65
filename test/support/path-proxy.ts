import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

/**
 * Opens a reverse proxy that puts a server at a path, such as `/chat`, and removes the path from
 * each request. Other paths are 404. Returns the URL with the path. It closes with the test.
 */
export async function newPathProxy(url: string, path: string): Promise<string> {
  /** Passes a request on; undefined if it is for another path. */
  const pass = ({ url: target = '', method, headers }: IncomingMessage) =>
    target.startsWith(`${path}/`)
      ? request(url + target.slice(path.length), { method, headers })
      : undefined;
  const server = createServer((incoming, response) => {
    const outgoing = pass(incoming);
    if (!outgoing) return void response.writeHead(404).end();
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.on('upgrade', (incoming, client, head) => {
    const outgoing = pass(incoming);
    if (!outgoing) return void client.destroy();
    outgoing.on('upgrade', ({ rawHeaders }, upstream) => {
      client.write(switching(rawHeaders));
      upstream.write(head);
      join(client, upstream);
    });
    outgoing.on('error', () => client.destroy());
    outgoing.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

function switching(rawHeaders: readonly string[]): string {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? `${name}: ${rawHeaders[index + 1]}` : [],
  );
  return ['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n');
}

function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
  }
}
