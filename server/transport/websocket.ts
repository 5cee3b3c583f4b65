import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  CloseCode,
  handleProtocols,
  type Server as ProtocolServer,
  type WebSocket as ProtocolSocket,
} from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { clientAddress } from './address.ts';
import type { Backend } from './backend.ts';
import { isAllowedOrigin } from './cors.ts';
import type { DocumentCache } from './document-cache.ts';
import type { GraphQL } from './graphql.ts';
import { refuseStream } from './http.ts';
import type { Quotas } from './quota.ts';
import { socketProtocol } from './socket-protocol.ts';
import {
  type Connection,
  closeGracefully,
  closeNow,
  finishOperation,
  GOING_AWAY,
  isReading,
  newConnection,
  startOperation,
  tryAgainLater,
} from './socket-state.ts';
import { tokenBucket } from './token-bucket.ts';

/** A socket that does not answer a ping within this time is dead. */
const HEARTBEAT_MS = 12_000;
/** How long a peer may take to answer a close before its socket is terminated. */
const CLOSE_TIMEOUT_MS = 1_000;

/** All sockets of a server. */
interface Sockets {
  readonly backend: Backend;
  readonly quotas: Quotas;
  readonly endpoint: string;
  readonly server: WebSocketServer;
  readonly protocol: ProtocolServer<Connection>;
  readonly open: Set<Connection>;
  /** Set once the server stops: nothing more is accepted. */
  isClosing: boolean;
}

/** Serves GraphQL over WebSocket on an HTTP server. Disposing of it closes all sockets. */
export function serveSockets(
  backend: Backend,
  graphql: GraphQL,
  documents: DocumentCache,
  quotas: Quotas,
  http: Server,
): AsyncDisposable {
  const sockets: Sockets = {
    backend,
    quotas,
    endpoint: graphql.graphqlEndpoint,
    server: webSocketServer(backend.config.limits.maxRequestBytes),
    protocol: socketProtocol(backend, graphql, documents),
    open: new Set(),
    isClosing: false,
  };
  http.on('upgrade', (request, stream, head) => upgrade(sockets, request, stream, head));
  const heartbeat = setInterval(() => pingAll(sockets.open), HEARTBEAT_MS);
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
function upgrade(sockets: Sockets, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const { proxyHops, limits } = sockets.backend.config;
  const refusal = refusalOf(sockets, request);
  if (refusal) {
    refuseStream(stream, refusal);
    return;
  }
  const address = clientAddress(request, proxyHops);
  const quota = sockets.quotas.of(address);
  if (quota.rate.wait() > 0 || !quota.sockets.take()) {
    refuseStream(stream, '429 Too Many Requests\r\nRetry-After: 1');
    return;
  }
  quota.rate.take();
  stream.once('close', quota.sockets.release);
  sockets.server.handleUpgrade(request, stream, head, (socket) => {
    const rate = tokenBucket(limits.maxOperationsPerSecond);
    open(sockets, newConnection(socket, address, quota, rate));
  });
}

function refusalOf(
  { backend, endpoint, isClosing }: Sockets,
  request: IncomingMessage,
): string | undefined {
  if (request.url?.split('?', 1)[0] !== endpoint) return '404 Not Found';
  if (!isAllowedOrigin(request, backend.config)) return '403 Forbidden';
  return isClosing ? '503 Service Unavailable' : undefined;
}

/** Serves a new socket until it closes. */
function open(sockets: Sockets, connection: Connection): void {
  const { backend, protocol } = sockets;
  const { socket, countFrame } = connection;
  track(sockets, connection);
  socket.on('pong', () => {
    countFrame();
    connection.isAlive = true;
  });
  socket.on('ping', (data) => {
    countFrame();
    if (isReading(connection, backend.config.limits.maxUnreadBytes)) socket.pong(data);
  });
  // A malformed or oversized frame: ws closes the socket with the right code.
  socket.on('error', (error) => backend.log.debug({ err: error }, 'socket'));
  const closed = protocol.opened(protocolSocket(sockets, connection), connection);
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((fault) => onFault(sockets, connection, fault));
  });
}

/** Keeps a connection among the open ones until it closes. */
function track({ backend, open }: Sockets, connection: Connection): void {
  open.add(connection);
  backend.metrics.setSocketCount(open.size);
  connection.socket.once('close', () => {
    open.delete(connection);
    backend.metrics.setSocketCount(open.size);
  });
}

/** The socket as graphql-ws sees it. */
function protocolSocket(sockets: Sockets, connection: Connection): ProtocolSocket {
  const { socket } = connection;
  const { maxUnreadBytes } = sockets.backend.config.limits;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    protocol: socket.protocol,
    // If the client is not reading, this resolves at the close: otherwise graphql-ws would go on
    // to the next item.
    send: (data) =>
      isReading(connection, maxUnreadBytes)
        ? new Promise((resolve) => socket.send(data, () => resolve()))
        : closed,
    close: (code = CloseCode.InternalServerError, reason = '') =>
      closeNow(connection, code, reason),
    onMessage: (handle) =>
      socket.on('message', (data) => receive(sockets, connection, String(data), handle)),
  };
}

/** Handles one frame. */
function receive(
  sockets: Sockets,
  connection: Connection,
  frame: string,
  handle: (frame: string) => Promise<void>,
): void {
  const { socket, countFrame } = connection;
  countFrame();
  if (sockets.isClosing || socket.readyState !== socket.OPEN) return;
  const operation = startOperation(connection);
  handle(frame)
    .catch((fault) =>
      isClientMessage(frame)
        ? onFault(sockets, connection, fault)
        : closeNow(connection, CloseCode.BadRequest, 'Not a client message'),
    )
    .finally(() => finishOperation(connection, operation));
}

function onFault({ backend }: Sockets, connection: Connection, fault: unknown): void {
  backend.onFault(fault);
  tryAgainLater(connection);
}

/** The messages that clients may send. graphql-ws throws if a client sends a server's message. */
const CLIENT_MESSAGES = ['connection_init', 'ping', 'pong', 'subscribe', 'complete'];
const isClientMessage = (frame: string): boolean =>
  CLIENT_MESSAGES.includes(JSON.parse(frame).type);

/** Pings all sockets, and terminates those that have not answered the ping before. */
function pingAll(open: Iterable<Connection>): void {
  for (const connection of open) {
    if (!connection.isAlive) connection.socket.terminate();
    else connection.socket.ping();
    connection.isAlive = false;
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
