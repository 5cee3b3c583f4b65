import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './app.ts';
import { listen, listenOnPort } from './listen.ts';
import { peerAddress } from './transport/address.ts';
import { documents as openDocuments } from './transport/documents.ts';
import { graphql } from './transport/graphql.ts';
import { serveHttp } from './transport/http.ts';
import { operations as openOperations } from './transport/operation.ts';
import { openQuotas, type Quotas } from './transport/quota.ts';
import { router } from './transport/router.ts';
import { metricsRoutes, type Routes, routes } from './transport/routes.ts';
import { serveSockets } from './transport/websocket.ts';

/** A listening server. Disposing of it answers what is in progress, then closes all connections. */
export interface Serving extends AsyncDisposable {
  /** `http://HOST:PORT`, or `unix:PATH`. */
  readonly url: string;
  /** The address of /metrics, if it has a port of its own. */
  readonly metricsUrl: string | undefined;
}

/**
 * Serves all transports of an app at one address, and its metrics on another port if one is set.
 * @throws as `listen` does.
 */
export async function serve(app: App): Promise<Serving> {
  const { metricsHost: host, metricsPort: port } = app.config;
  const clients = serveClients(app);
  const metrics =
    port === undefined ? undefined : { address: { host, port }, ...serveMetrics(app) };
  const close = async () => {
    await Promise.all([clients[Symbol.asyncDispose](), metrics?.[Symbol.asyncDispose]()]);
  };
  try {
    const url = await listen(clients.server, app.config);
    const metricsUrl =
      metrics && (await listenOnPort(metrics.server, metrics.address, 'METRICS_PORT'));
    return { url, metricsUrl, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

type PortServer = AsyncDisposable & { readonly server: Server };

/** Creates the server of the API, over HTTP and WebSocket. */
function serveClients(app: App): PortServer {
  const documents = openDocuments(app.config, app.metrics);
  const untraced = openOperations(app);
  const operations = app.tracing?.traced(untraced) ?? untraced;
  const quotas = openQuotas(app.config.limits);
  const yoga = graphql(app, documents, operations);
  const http = servePort(app, routes(app, yoga, quotas), quotas);
  const { server } = http;
  const sockets = serveSockets(app, yoga.graphqlEndpoint, documents, operations, quotas, server);
  return {
    server,
    async [Symbol.asyncDispose]() {
      await Promise.all([http[Symbol.asyncDispose](), sockets[Symbol.asyncDispose]()]);
    },
  };
}

/** Creates the server of /metrics. Its quotas are its own: no client can use them up. */
function serveMetrics(app: App): PortServer {
  return servePort(app, metricsRoutes(app), openQuotas(app.config.limits));
}

/** Creates an HTTP server of some routes, which limits the connections and requests of a peer. */
function servePort(app: App, routes: Routes, quotas: Quotas): PortServer {
  const http = serveHttp(app, router(app, routes, quotas));
  http.server.on('connection', (socket) => limitConnections(socket, app, quotas));
  return {
    server: http.server,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      quotas[Symbol.dispose]();
    },
  };
}

/** Closes a connection that is one too many for its peer, so that other peers keep theirs. */
function limitConnections(socket: Socket, { config, metrics }: App, quotas: Quotas): void {
  const address = peerAddress(socket, config.proxyHops);
  if (address === undefined) return;
  const { connections } = quotas.of(address);
  if (connections.take()) {
    socket.once('close', connections.release);
  } else {
    metrics.countLimited('maxConnectionsPerAddress');
    socket.destroy();
  }
}
