import type { AddressInfo, Socket } from 'node:net';
import type { App } from './app.ts';
import { peerAddress } from './transport/address.ts';
import { graphql } from './transport/graphql.ts';
import { serveHttp } from './transport/http.ts';
import { documentCache } from './transport/operation.ts';
import { openQuotas, type Quotas } from './transport/quota.ts';
import { serveSockets } from './transport/websocket.ts';

/**
 * A server that listens. Disposing of it answers what has begun, tells clients to come back, and
 * stops listening.
 */
export interface Serving extends AsyncDisposable {
  readonly url: string;
}

/** Opens every transport over an app, on one port. Rejects when the port cannot be had. */
export async function serve(app: App): Promise<Serving> {
  const { host, port } = app.config;
  const documents = documentCache();
  const quotas = openQuotas(app.config.limits);
  const yoga = graphql(app, documents);
  const http = serveHttp(app, yoga, quotas);
  http.server.on('connection', (socket) => boundConnections(socket, app.config.proxyHops, quotas));
  const sockets = serveSockets(app, yoga, documents, quotas, http.server);
  const close = async () => {
    await Promise.all([http[Symbol.asyncDispose](), sockets[Symbol.asyncDispose]()]);
    quotas[Symbol.dispose]();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      http.server.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    await close();
    throw error;
  }
  const { port: taken } = http.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Closes a connection that is one too many for its peer: it would take the place of somebody
 * else's.
 */
function boundConnections(socket: Socket, proxyHops: number, quotas: Quotas): void {
  const address = peerAddress(socket, proxyHops);
  if (address === undefined) return;
  const { connections } = quotas.of(address);
  if (connections.take()) socket.once('close', connections.leave);
  else socket.destroy();
}
