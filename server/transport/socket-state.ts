import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Caller } from '../../schema/context.ts';
import type { Attendance } from '../domain/connected.ts';
import type { Metrics } from './backend.ts';
import type { Quota } from './quota.ts';
import { type SocketRate, socketRateLimit } from './socket-rate-limit.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Close code that tells a client to reconnect (RFC 6455's registry: Try Again Later). */
export const TRY_AGAIN_LATER = 1013;

/** Why a socket closes, what must be answered first, and how long that may take. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly isDrained: (connection: Connection) => boolean;
  readonly timeoutMs: number;
}

/** Waits for subscriptions too, since they end with an error. Access ends within two seconds. */
export const SESSION_ENDED: Closing = {
  code: CloseCode.Forbidden,
  reason: 'Session ended',
  isDrained: ({ operations }) => operations.size === 0,
  timeoutMs: 1_000,
};

/** Clients reconnect after this code, and their subscriptions resume. */
export const GOING_AWAY: Closing = {
  code: 1001,
  reason: 'Going away',
  isDrained: ({ operations, subscriptions }) => operations.size === subscriptions.size,
  timeoutMs: 5_000,
};

/** One frame in progress. It finishes when the last of its answer has been handed to the stream. */
export interface Operation {
  /** Whether it counts as in progress for its address; a subscription that has started does not. */
  isCounted: boolean;
}

/** One socket and its operations. */
export interface Connection {
  readonly socket: WebSocket;
  /** What the socket writes to. */
  readonly stream: Duplex;
  readonly address: string;
  readonly quota: Quota;
  /** Counts a frame, and pauses the socket if it sends too fast. */
  readonly countFrame: () => void;
  /** Counts that a limit closes the socket. */
  readonly countLimited: Metrics['countLimited'];
  authorization?: string | undefined;
  /** The caller of a logged-in socket, for as long as `attendance` lasts. */
  caller?: Caller;
  attendance?: Attendance;
  /** The operations in progress, subscriptions included. */
  readonly operations: Set<Operation>;
  readonly subscriptions: Set<Operation>;
  /** The operation of the latest frame. */
  latest: Operation;
  /** Resolves when the latest operation has started or has been refused. */
  preparing: Promise<unknown>;
  /** When it was pinged last, or opened, as `performance.now()`. */
  pingedAt: number;
  /** Whether the client has answered the latest ping. */
  isAlive: boolean;
  /** Set once the socket is to close. */
  closing?: Closing;
  /** Set by `closeNow`: operations that have not started will not start. */
  isAborted: boolean;
}

export function newConnection(
  socket: WebSocket,
  stream: Duplex,
  address: string,
  quota: Quota,
  socketRate: TokenBucket,
  { countLimited }: Pick<Metrics, 'countLimited'>,
): Connection {
  const rates: SocketRate[] = [
    { limit: 'maxOperationsPerSecond', rate: socketRate },
    { limit: 'maxOperationsPerSecondPerAddress', rate: quota.rate },
  ];
  return {
    socket,
    stream,
    address,
    quota,
    countFrame: socketRateLimit(socket, rates, countLimited),
    countLimited,
    operations: new Set(),
    subscriptions: new Set(),
    latest: { isCounted: false },
    preparing: Promise.resolve(),
    pingedAt: performance.now(),
    isAlive: true,
    isAborted: false,
  };
}

/** Starts the operation of a frame. */
export function startOperation(connection: Connection): Operation {
  const operation = { isCounted: false };
  connection.operations.add(operation);
  connection.latest = operation;
  return operation;
}

/** Counts an operation for its address. @throws {RequestError} LIMIT_EXCEEDED if one too many. */
export function countOperation({ quota }: Connection, operation: Operation): void {
  quota.startOperation();
  operation.isCounted = true;
}

/** Marks an operation as a subscription, which has no end to wait for. */
export function markAsSubscription(connection: Connection, operation: Operation): void {
  connection.subscriptions.add(operation);
  uncountOperation(connection, operation);
  closeIfDrained(connection);
}

/** Finishes an operation, and closes a closing socket after the last one. */
export function finishOperation(connection: Connection, operation: Operation): void {
  uncountOperation(connection, operation);
  connection.operations.delete(operation);
  connection.subscriptions.delete(operation);
  closeIfDrained(connection);
}

function uncountOperation({ quota }: Connection, operation: Operation): void {
  if (operation.isCounted) quota.finishOperation();
  operation.isCounted = false;
}

/** Closes a socket at once. If the peer does not answer the close, ws terminates it in a second. */
export function closeNow(connection: Connection, code: number, reason: string): void {
  connection.isAborted = true;
  connection.socket.close(code, reason);
}

/** Closes a socket once its operations have been answered, or terminates it after a timeout. */
export function closeGracefully(connection: Connection, closing: Closing): void {
  connection.closing = closing;
  closeIfDrained(connection);
  const timeout = setTimeout(() => connection.socket.terminate(), closing.timeoutMs);
  connection.socket.once('close', () => clearTimeout(timeout));
}

function closeIfDrained(connection: Connection): void {
  const { closing, socket } = connection;
  if (closing?.isDrained(connection)) socket.close(closing.code, closing.reason);
}

/** Whether a client takes what is sent. One that leaves too much unread is closed. */
export function isReading(connection: Connection, maxUnreadBytes: number): boolean {
  const { socket } = connection;
  if (socket.readyState !== socket.OPEN) return false;
  if (socket.bufferedAmount <= maxUnreadBytes) return true;
  connection.countLimited('maxUnreadBytes');
  tryAgainLater(connection);
  return false;
}

export function tryAgainLater(connection: Connection): void {
  closeNow(connection, TRY_AGAIN_LATER, 'Try again later');
}
