import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Attendance } from '../domain/connected.ts';
import type { Quota } from './quota.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Why a socket is to close, what has to be answered before that, and how long that may take. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly isDrained: (connection: Connection) => boolean;
  readonly timeoutMs: number;
}
/**
 * Nothing may be sent two seconds after a session's end; its subscriptions end by themselves, with
 * an error.
 */
export const SESSION_ENDED: Closing = {
  code: CloseCode.Forbidden,
  reason: 'Session ended',
  isDrained: ({ operations }) => operations.size === 0,
  timeoutMs: 1_000,
};
/** A client that is told this comes back, and its subscriptions resume. */
export const GOING_AWAY: Closing = {
  code: 1001,
  reason: 'Going away',
  isDrained: ({ operations, subscriptions }) => operations.size === subscriptions.size,
  timeoutMs: 5_000,
};

/**
 * One frame that is being answered. It is done when the last of its answer has left this process.
 */
export interface Operation {
  /** Whether it counts as under way for its address; a subscription that has begun does not. */
  counted: boolean;
}

/** One socket, and what is under way on it. */
export interface Connection {
  readonly socket: WebSocket;
  readonly address: string;
  readonly quota: Quota;
  authorization?: string | undefined;
  attendance?: Attendance;
  /** The operations under way, and of these the subscriptions. */
  readonly operations: Set<Operation>;
  readonly subscriptions: Set<Operation>;
  /** The operation of the frame that is just being taken in. */
  arriving?: Operation;
  /** Resolves when the last operation that came has begun or been refused. */
  preparing: Promise<unknown>;
  /** Set once the socket is to close. */
  closing?: Closing;
  /** Set once it was closed without more ado: nothing of it is executed any more. */
  cut: boolean;
}

/** Begins an operation with a frame that came. */
export function begun(connection: Connection): Operation {
  const operation = { counted: false };
  connection.operations.add(operation);
  connection.arriving = operation;
  return operation;
}

/**
 * Counts an operation as under way for its address. @throws {RequestError} LIMIT_EXCEEDED at one
 * too many.
 */
export function count(connection: Connection, operation: Operation): void {
  connection.quota.begin();
  operation.counted = true;
}

/**
 * Counts an operation as a subscription: it waits for what happens, and nobody waits for its end.
 */
export function subscribed(connection: Connection, operation: Operation): void {
  connection.subscriptions.add(operation);
  discount(connection, operation);
  closeWhenReady(connection);
}

/** Ends an operation, and the socket with it if it was the last to be waited for. */
export function answered(connection: Connection, operation: Operation): void {
  discount(connection, operation);
  connection.operations.delete(operation);
  connection.subscriptions.delete(operation);
  closeWhenReady(connection);
}

/**
 * Closes a socket at once. A peer that does not answer the close is cut off by ws within a second.
 */
export function cut(connection: Connection, code: number, reason: string): void {
  connection.cut = true;
  connection.socket.close(code, reason);
}

/**
 * Closes a socket once what is under way has been answered, and cuts it off if that takes too long.
 */
export function closeGracefully(connection: Connection, farewell: Closing): void {
  connection.closing = farewell;
  closeWhenReady(connection);
  const cutOff = setTimeout(() => connection.socket.terminate(), farewell.timeoutMs);
  connection.socket.once('close', () => clearTimeout(cutOff));
}

function closeWhenReady(connection: Connection): void {
  const { closing: farewell, socket } = connection;
  if (farewell?.isDrained(connection)) socket.close(farewell.code, farewell.reason);
}

/**
 * Counts frames against these rates; a socket that is too fast is read on when there is room again.
 */
export function socketRateLimit(socket: WebSocket, rates: readonly TokenBucket[]): () => void {
  return () => {
    let wait = 0;
    for (const rate of rates) {
      wait = Math.max(wait, rate.wait());
      rate.take();
    }
    if (wait === 0 || socket.isPaused) return;
    socket.pause();
    setTimeout(() => socket.resume(), wait);
  };
}

function discount(connection: Connection, operation: Operation): void {
  if (operation.counted) connection.quota.end();
  operation.counted = false;
}
