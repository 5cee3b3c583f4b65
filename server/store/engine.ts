import type { Dialect } from 'kysely';

/** An engine, as Kysely's dialect, and what a server has to know of it. */
export interface Engine extends Dialect, Disposable {
  /**
   * Whether another process may have changed the database since the last call. A server that has
   * a SQLite file to itself need not look for changes that it did not make.
   */
  changedElsewhere(): boolean;
  /** The connections of a pool by state, and how many callers wait for one. */
  readonly connections?: () => Record<'busy' | 'idle' | 'waiting', number>;
}

/** How to open a database. The first three are for PostgreSQL. */
export interface Opening {
  /** The most connections to PostgreSQL. */
  readonly connections: number;
  /** How long to wait for a PostgreSQL that is not there yet. */
  readonly waitSeconds: number;
  /** Called once with the error for which it waits. */
  onWait(error: Error): void;
  /** Opens a SQLite file even while a server has it to itself. @default false */
  readonly besideServer?: boolean;
  /** Opens the source of a copy as it is, or a target that may be incomplete. */
  readonly copyPart?: 'source' | 'target';
}
