import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { clientAddress } from './address.ts';
import type { Backend } from './backend.ts';
import { isAllowedOrigin } from './cors.ts';
import type { Documents } from './documents.ts';
import { refuseStream } from './http.ts';
import type { Operations } from './operation.ts';
import type { Quotas } from './quota.ts';
import { type Sockets, serveConnection } from './socket-connection.ts';
import { socketProtocol } from './socket-protocol.ts';
import { type Connection, closeGracefully, GOING_AWAY, newConnection } from './socket-state.ts';
import { tokenBucket } from './token-bucket.ts';

/**
 * How long after a ping a socket gets the next one. If it has not answered by then, it is dead.
 * Clients are promised something at least every 12 seconds.
 */
const HEARTBEAT_MS = 11_500;
/**
 * How often those sockets are pinged whose time has come. To ping 5,000 at once would hold up all
 * others for a tenth of a second. With a timer for each, they would take three times the CPU time.
 */
const PING_EVERY_MS = 500;
/** How long a peer may take to answer a close before its socket is terminated. */
const CLOSE_TIMEOUT_MS = 1_000;

/** The sockets of a server, and what it takes to open more. */
interface SocketServer extends Sockets {
  readonly server: WebSocketServer;
  readonly quotas: Quotas;
  /** The path of upgrade requests. */
  readonly endpoint: string;
}

/** Serves GraphQL over WebSocket on an HTTP server. Disposing of it closes all sockets. */
export function serveSockets(
  backend: Backend,
  endpoint: string,
  documents: Documents,
  operations: Operations,
  quotas: Quotas,
  http: Server,
): AsyncDisposable {
  const sockets: SocketServer = {
    backend,
    quotas,
    endpoint,
    server: webSocketServer(backend.config.limits.maxRequestBytes),
    protocol: socketProtocol(backend, documents, operations),
    open: new Set(),
    isClosing: false,
  };
  backend.metrics.observeSockets(sockets.open);
  http.on('upgrade', (request, stream, head) => upgrade(sockets, request, stream, head));
  const heartbeat = setInterval(() => pingDue(sockets.open), PING_EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      sockets.isClosing = true;
      clearInterval(heartbeat);
      await closeAll(sockets.open);
      sockets.server.close();
    },
  };
}

function webSocketServer(maxPayload: number): WebSocketServer {
  // A variable, since the types of ws do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // Pongs would pile up for a client that does not read.
    autoPong: false,
  };
  return new WebSocketServer(options);
}

/** Opens a socket, or refuses to with an HTTP status. */
function upgrade(
  sockets: SocketServer,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  const { config, metrics } = sockets.backend;
  const { proxyHops, limits } = config;
  const refusal = refusalOf(sockets, request);
  if (refusal) {
    refuseStream(stream, refusal);
    return;
  }
  const address = clientAddress(request, proxyHops);
  const quota = sockets.quotas.of(address);
  const isTooFast = quota.rate.wait() > 0;
  if (isTooFast || !quota.sockets.take()) {
    metrics.countRefusal(isTooFast ? 'rate' : 'concurrency');
    refuseStream(stream, '429 Too Many Requests\r\nRetry-After: 1');
    return;
  }
  quota.rate.take();
  stream.once('close', quota.sockets.release);
  sockets.server.handleUpgrade(request, stream, head, (socket) => {
    const rate = tokenBucket(limits.maxOperationsPerSecond);
    serveConnection(sockets, newConnection(socket, stream, address, quota, rate, metrics));
  });
}

function refusalOf(
  { backend, endpoint, isClosing }: SocketServer,
  request: IncomingMessage,
): string | undefined {
  if (request.url?.split('?', 1)[0] !== endpoint) return '404 Not Found';
  if (!isAllowedOrigin(request, backend.config)) {
    backend.metrics.countRefusal('origin');
    return '403 Forbidden';
  }
  return isClosing ? '503 Service Unavailable' : undefined;
}

/**
 * Pings the sockets whose time has come, and terminates those that have not answered the ping
 * before. The sockets are in the order of their latest pings.
 */
function pingDue(open: Set<Connection>): void {
  const now = performance.now();
  for (const connection of open) {
    if (now < connection.pingedAt + HEARTBEAT_MS) return;
    open.delete(connection);
    open.add(connection);
    if (!connection.isAlive) connection.socket.terminate();
    else connection.socket.ping();
    connection.isAlive = false;
    connection.pingedAt = now;
  }
}

async function closeAll(open: Iterable<Connection>): Promise<void> {
  const connections = [...open];
  const closed = connections.map(
    ({ socket }) => new Promise((resolve) => socket.once('close', resolve)),
  );
  for (const connection of connections) closeGracefully(connection, GOING_AWAY);
  await Promise.all(closed);
}
