import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Attendance } from './domain/lease.ts';

/** Why a socket is to close, what has to be answered before that, and how long that may take. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
  readonly ready: (connection: Connection) => boolean;
  readonly patienceMs: number;
}
/** Nothing may be sent two seconds after a session's end; its subscriptions end by themselves, with an error. */
export const SESSION_ENDED: Farewell = {
  code: CloseCode.Forbidden,
  reason: 'Session ended',
  ready: ({ operations }) => operations.size === 0,
  patienceMs: 1_000,
};
/** A client that is told this comes back, and its subscriptions resume. */
export const GOING_AWAY: Farewell = {
  code: 1001,
  reason: 'Going away',
  ready: ({ operations, subscriptions }) => operations.size === subscriptions.size,
  patienceMs: 5_000,
};

/** One socket, and what is under way on it. */
export interface Connection {
  readonly socket: WebSocket;
  readonly address: string;
  authorization?: string | undefined;
  attendance?: Attendance;
  /** The operations under way by id, and of these the subscriptions. */
  readonly operations: Set<string>;
  readonly subscriptions: Set<string>;
  /** Resolves when the last operation that came has begun or been refused. */
  preparing: Promise<unknown>;
  /** Set once the socket is to close. */
  farewell?: Farewell;
}

/** Counts an operation as answered. */
export function answered(connection: Connection, id: string): void {
  connection.operations.delete(id);
  connection.subscriptions.delete(id);
  closeWhenReady(connection);
}

/** Closes a socket once what is under way has been answered, and cuts it off if that takes too long. */
export function sayFarewell(connection: Connection, farewell: Farewell): void {
  connection.farewell = farewell;
  closeWhenReady(connection);
  const cutOff = setTimeout(() => connection.socket.terminate(), farewell.patienceMs);
  connection.socket.once('close', () => clearTimeout(cutOff));
}

function closeWhenReady(connection: Connection): void {
  const { farewell, socket } = connection;
  // Not at once: graphql-ws writes its last frame after it has told that the operation is complete.
  if (farewell?.ready(connection)) setImmediate(() => socket.close(farewell.code, farewell.reason));
}

/** Counts a socket's messages; one that sends too many in a second is read on in the next. */
export function pacer(socket: WebSocket, perSecond: number): () => void {
  let start = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - start >= 1_000) {
      start = now;
      count = 0;
    }
    count += 1;
    if (count === perSecond) {
      socket.pause();
      setTimeout(() => socket.resume(), start + 1_000 - now);
    }
  };
}
