import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

/** A reverse proxy that may reject clients, as proxies and busy servers do. */
export interface InterceptingProxy {
  readonly url: string;
  /** Closes the sockets of all clients. */
  closeAll(code: number, reason: string): void;
  /** Called for each frame of a client. It may close the socket instead. */
  onFrame?: (frame: string, close: (code: number, reason: string) => void) => void;
  /** Called for each HTTP request. Returns true if it has sent the response itself. */
  onRequest?: (response: ServerResponse) => boolean;
}

/** Opens a proxy to the server at a URL. It closes when the test has finished. */
export async function newInterceptingProxy(url: string): Promise<InterceptingProxy> {
  const http = createServer(async (request, response) => {
    if (proxy.onRequest?.(response)) return;
    const chunks = await Array.fromAsync(request);
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json', accept: request.headers.accept ?? '*/*' },
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    });
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', async (client) => {
    const server = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const opened = once(server, 'open');
    // A client that leaves at once aborts the connection. The `close` that follows reports it.
    opened.catch(() => {});
    server.on('error', () => {});
    client.on('message', async (data) => {
      proxy.onFrame?.(String(data), (code, reason) => client.close(code, reason));
      await opened.catch(() => {});
      if (client.readyState === WebSocket.OPEN) server.send(String(data));
    });
    server.on('message', (data) => client.send(String(data)));
    client.on('close', () => server.terminate());
    server.on('close', () => client.terminate());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    http.close();
  });
  const proxy: InterceptingProxy = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    closeAll(code, reason) {
      for (const client of sockets.clients) client.close(code, reason);
    },
  };
  return proxy;
}
