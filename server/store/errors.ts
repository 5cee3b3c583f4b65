import pg from 'pg';

/** The store cannot be used. The message says why, for the person who starts the server. */
export class StoreError extends Error {}

/**
 * The store is unavailable for now. Nothing was stored, unless the commit itself was under way: to
 * send again with the same clientMessageId is safe in either case.
 */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super('The store is unavailable.', { cause });
  }
}

/** Whether an error is a temporary state of the store: the same request can succeed later. */
export const isOutage = (error: unknown): boolean => error instanceof UnavailableError;

/**
 * SQLite's primary result codes for the disk, the memory or a lock, not the statement
 * (https://sqlite.org/rescode.html): BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN,
 * PROTOCOL, NOTADB.
 */
const SQLITE_OUTAGES = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26]);
/** The codes while another connection holds the database: BUSY, LOCKED, PROTOCOL. */
const SQLITE_LOCKS = new Set([5, 6, 15]);

/** Returns the primary result code: the lowest byte of the extended one. Undefined without one. */
const sqliteCode = (error: unknown): number | undefined => {
  const { errcode } = Object(error);
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
};

/** Whether SQLite refused a statement because another connection holds the database. */
export const isSqliteLocked = (error: unknown): boolean => SQLITE_LOCKS.has(sqliteCode(error) ?? 0);

/** Whether an error of SQLite is an outage rather than a faulty statement. */
export const isSqliteOutage = (error: unknown): boolean =>
  SQLITE_OUTAGES.has(sqliteCode(error) ?? 0);

/**
 * Whether PostgreSQL, or the connection to it, is unavailable. By SQLSTATE: connection exception
 * (08), a table changed by a newer server since the statement was prepared (0A000), a read-only
 * server (25006), transaction timeouts (25P03, 25P04), insufficient resources (53), a lock not
 * obtained (55P03), operator intervention and timeouts (57), system error (58), damaged data or
 * index (XX001, XX002). An error that is not PostgreSQL's own is the connection's, unless it is a
 * bug (TypeError).
 */
export const isPostgresOutage = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? /^(08|0A000|25006|25P0[34]|53|55P03|57|58|XX00[12])/.test(error.code ?? '')
    : !(error instanceof TypeError);

/** Whether PostgreSQL refused a change since the host accepts none. */
export const isReadOnly = (error: unknown): boolean => Object(error).code === '25006';

/** Whether PostgreSQL ended a transaction for a deadlock or a serialization failure. */
export const isConflict = (error: unknown): boolean =>
  ['40P01', '40001'].includes(Object(error).code);
