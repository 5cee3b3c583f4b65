import pg from 'pg';

/**
 * The store cannot be used as it is. The message says why, for the person who starts the server.
 */
export class StoreError extends Error {}

/**
 * The store cannot serve for the moment. Nothing was stored, unless the commit itself was under
 * way: a send that is repeated with its clientMessageId is safe in either case.
 */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super('The store is unavailable.', { cause });
  }
}

/** Whether an error is a passing state of the store, so that the same request can succeed later. */
export const isOutage = (error: unknown): boolean => error instanceof UnavailableError;

/**
 * The primary result codes of SQLite that tell of the disk, the memory or a lock and not of the
 * statement (https://sqlite.org/rescode.html): BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL,
 * CANTOPEN, PROTOCOL, NOTADB.
 */
const SQLITE_OUTAGES = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26]);
/** Those that pass when another connection lets go of the database: BUSY, LOCKED, PROTOCOL. */
const SQLITE_LOCKS = new Set([5, 6, 15]);

/**
 * The primary result code is the lowest byte of the extended one. Undefined for an error of another
 * origin.
 */
const sqliteCode = (error: unknown): number | undefined => {
  const { errcode } = Object(error);
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
};

/** Whether SQLite refused a statement because another connection holds the database. */
export const isSqliteLocked = (error: unknown): boolean => SQLITE_LOCKS.has(sqliteCode(error) ?? 0);

/** Whether an error of SQLite is an outage rather than a wrong statement. */
export const isSqliteOutage = (error: unknown): boolean =>
  SQLITE_OUTAGES.has(sqliteCode(error) ?? 0);

/**
 * Whether PostgreSQL, or the connection to it, cannot serve now. By SQLSTATE: connection exception
 * (08), tables that a newer server has changed since a statement was prepared (0A000), a read-only
 * server (25006), a transaction that was ended for idling or for its length (25P03, 25P04),
 * insufficient resources (53), a lock not obtained (55P03), operator intervention and timeouts
 * (57), system error (58), damaged data or index (XX001, XX002). What PostgreSQL did not say itself
 * is about the connection, except for mistakes of ours.
 */
export const isPostgresOutage = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? /^(08|0A000|25006|25P0[34]|53|55P03|57|58|XX00[12])/.test(error.code ?? '')
    : !(error instanceof TypeError);

/**
 * Transactions that PostgreSQL ended because they met another one: deadlock, serialization failure.
 */
export const isConflict = (error: unknown): boolean =>
  ['40P01', '40001'].includes(Object(error).code);
