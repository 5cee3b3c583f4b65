import type { Pair } from '../load/clients.ts';
import type { Dialect, Habits } from '../load/dialect.ts';
import type { Cpu } from './cpu.ts';
import type { ServerProcess } from './process.ts';

/** A server to measure, and the dialect it speaks. */
export interface Subject {
  readonly name: string;
  /** Whether it speaks GraphQL, so that clients can send over HTTP and acknowledge. */
  readonly speaksGraphql: boolean;
  dialect(habits: Habits): Dialect;
  /** Starts it on an empty store with this many senders, each with a receiver. */
  start(pairCount: number): Promise<Running>;
}

export interface Running extends ServerProcess {
  readonly pairs: readonly Pair[];
  /** CPU seconds used so far. */
  cpu(): Promise<Cpu>;
  /** Tells the database to look at what it holds, where a database can be told. */
  analyze?(): Promise<void>;
}

/** The usernames of each sender and its receiver. */
export const usernames = (pairCount: number) =>
  Array.from({ length: pairCount }, (_, number) => ({
    sender: `sender${number}`,
    receiver: `receiver${number}`,
  }));
