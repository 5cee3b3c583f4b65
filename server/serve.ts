import type { AddressInfo, Socket } from 'node:net';
import type { App } from './app.ts';
import { ConfigError } from './config.ts';
import { peerAddress } from './transport/address.ts';
import { documents as openDocuments } from './transport/documents.ts';
import { graphql } from './transport/graphql.ts';
import { serveHttp } from './transport/http.ts';
import { operations as openOperations } from './transport/operation.ts';
import { openQuotas, type Quotas } from './transport/quota.ts';
import { serveSockets } from './transport/websocket.ts';

/** A listening server. Disposing of it answers what is in progress, then closes all connections. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves all transports of an app on one port. @throws {ConfigError} when the port is in use, and the
 * system's error for any other address that cannot be listened on.
 */
export async function serve(app: App): Promise<Serving> {
  const { host, port, proxyHops, limits } = app.config;
  const documents = openDocuments(app.config, app.metrics);
  const operations = openOperations(app);
  const quotas = openQuotas(limits);
  const yoga = graphql(app, documents, operations);
  const http = serveHttp(app, yoga, quotas);
  http.server.on('connection', (socket) => limitConnections(socket, proxyHops, quotas));
  const sockets = serveSockets(
    app,
    yoga.graphqlEndpoint,
    documents,
    operations,
    quotas,
    http.server,
  );
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
    throw isPortInUse(error) ? new ConfigError(portInUse(host, port)) : error;
  }
  const { port: actualPort } = http.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    [Symbol.asyncDispose]: close,
  };
}

const isPortInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const portInUse = (host: string, port: number): string =>
  `Port ${port} of ${host} is in use. Stop what listens there, or choose another port: ` +
  `PORT=${port === 65_535 ? port - 1 : port + 1} npm start`;

/** Closes a connection that is one too many for its peer, so that other peers keep theirs. */
function limitConnections(socket: Socket, proxyHops: number, quotas: Quotas): void {
  const address = peerAddress(socket, proxyHops);
  if (address === undefined) return;
  const { connections } = quotas.of(address);
  if (connections.take()) socket.once('close', connections.release);
  else socket.destroy();
}
