import type { Duplex } from 'node:stream';
import {
  CloseCode,
  type Server as ProtocolServer,
  type WebSocket as ProtocolSocket,
} from 'graphql-ws';
import type { Backend } from './backend.ts';
import {
  type Connection,
  closeNow,
  finishOperation,
  isReading,
  startOperation,
  tryAgainLater,
} from './socket-state.ts';

/** Unsent bytes with which a subscription waits before it reads on: a slow client costs no more. */
const ENOUGH_BYTES = 65_536;

/** All sockets of a server. */
export interface Sockets {
  readonly backend: Backend;
  readonly protocol: ProtocolServer<Connection>;
  readonly open: Set<Connection>;
  /** Set once the server stops: frames are ignored, and upgrades refused. */
  isClosing: boolean;
}

/** Serves a new socket until it closes. */
export function serveConnection(sockets: Sockets, connection: Connection): void {
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
  connection.socket.once('close', (code) => {
    backend.metrics.countClose(code);
    open.delete(connection);
  });
}

/** The socket as graphql-ws sees it. */
function protocolSocket(sockets: Sockets, connection: Connection): ProtocolSocket {
  const { socket, stream } = connection;
  const { maxUnreadBytes } = sockets.backend.config.limits;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    protocol: socket.protocol,
    // graphql-ws goes on to the next item when this returns, or when its promise resolves: at the
    // close, if the client is not reading.
    send(data) {
      const hasEnough = socket.bufferedAmount >= Math.min(ENOUGH_BYTES, maxUnreadBytes);
      // What is only corked must not count as what the client leaves unread.
      if (hasEnough) stream.uncork();
      if (!isReading(connection, maxUnreadBytes)) return closed;
      if (hasEnough) return new Promise((resolve) => socket.send(data, () => resolve()));
      corkForThisTurn(stream);
      return socket.send(data);
    },
    close: (code = CloseCode.InternalServerError, reason = '') =>
      closeNow(connection, code, reason),
    onMessage: (handle) =>
      socket.on('message', (data) => receive(sockets, connection, String(data), handle)),
  };
}

/** Writes what a socket sends in one turn of the event loop with one system call. */
function corkForThisTurn(stream: Duplex): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

/** Handles one frame. */
async function receive(
  sockets: Sockets,
  connection: Connection,
  frame: string,
  handle: (frame: string) => Promise<void>,
): Promise<void> {
  const { socket, countFrame } = connection;
  countFrame();
  if (sockets.isClosing || socket.readyState !== socket.OPEN) return;
  const operation = startOperation(connection);
  try {
    await handle(frame);
  } catch (fault) {
    if (isClientMessage(frame)) onFault(sockets, connection, fault);
    else closeNow(connection, CloseCode.BadRequest, 'Not a client message');
  } finally {
    finishOperation(connection, operation);
  }
}

function onFault({ backend }: Sockets, connection: Connection, fault: unknown): void {
  backend.onFault(fault);
  tryAgainLater(connection);
}

/** The messages that clients may send. graphql-ws throws if a client sends a server's message. */
const CLIENT_MESSAGES = ['connection_init', 'ping', 'pong', 'subscribe', 'complete'];
const isClientMessage = (frame: string): boolean =>
  CLIENT_MESSAGES.includes(JSON.parse(frame).type);
