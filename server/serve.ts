import type { Socket } from 'node:net';
import type { App } from './app.ts';
import { listen } from './listen.ts';
import { peerAddress } from './transport/address.ts';
import { documents as openDocuments } from './transport/documents.ts';
import { graphql } from './transport/graphql.ts';
import { serveHttp } from './transport/http.ts';
import { operations as openOperations } from './transport/operation.ts';
import { openQuotas, type Quotas } from './transport/quota.ts';
import { serveSockets } from './transport/websocket.ts';

/** A listening server. Disposing of it answers what is in progress, then closes all connections. */
export interface Serving extends AsyncDisposable {
  /** `http://HOST:PORT`, or `unix:PATH`. */
  readonly url: string;
}

/** Serves all transports of an app at one address. @throws as `listen` does. */
export async function serve(app: App): Promise<Serving> {
  const { proxyHops, limits } = app.config;
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
    return { url: await listen(http.server, app.config), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes a connection that is one too many for its peer, so that other peers keep theirs. */
function limitConnections(socket: Socket, proxyHops: number, quotas: Quotas): void {
  const address = peerAddress(socket, proxyHops);
  if (address === undefined) return;
  const { connections } = quotas.of(address);
  if (connections.take()) socket.once('close', connections.release);
  else socket.destroy();
}
