import { PostgresDialect, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import { databaseName } from './database-name.ts';
import type { Engine, Opening } from './engine.ts';
import { StoreError } from './errors.ts';
import { checkDurability, checkSessions, untilReachable } from './postgres-checks.ts';
import { wrapPool } from './postgres-pool.ts';

/**
 * Timeouts in ms, chosen so that a sender has an answer within five seconds. PostgreSQL enforces
 * `statement`; `answer` is ours, for a network that drops packets silently.
 */
const TIMEOUT_MS = { connect: 3_000, statement: 4_000, answer: 4_500 };

/** The settings of every connection. */
const SETTINGS: Record<string, string> = {
  statement_timeout: String(TIMEOUT_MS.statement),
  // A server that stops in the middle of a transaction would keep its locks and block all others.
  idle_in_transaction_session_timeout: String(TIMEOUT_MS.statement),
  // A statement that waited for a lock sees the row as it is then. Positions depend on it.
  default_transaction_isolation: 'read committed',
};

/**
 * Connects to a PostgreSQL database, which any number of servers may share.
 *
 * @throws {StoreError} when it cannot be reached in time, or would not keep messages.
 */
export async function postgresDialect(databaseUrl: string, opening: Opening): Promise<Engine> {
  const pool = newPool(databaseUrl, opening.connections);
  try {
    await untilReachable(pool, opening);
    await checkDurability(pool);
    await checkOwnSession(pool, databaseUrl);
  } catch (error) {
    await pool.end();
    throw error instanceof StoreError
      ? error
      : new StoreError(`Cannot use ${databaseName(databaseUrl)}: ${(error as Error).message}`);
  }
  return Object.assign(new PostgresDialect({ pool: wrapPool(pool) }), {
    createQueryCompiler: () => new ByteOrder(),
    changedElsewhere: () => true,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    [Symbol.dispose]() {},
  });
}

async function checkOwnSession(pool: pg.Pool, databaseUrl: string): Promise<void> {
  const other = new pg.Client({ connectionString: databaseUrl });
  await other.connect();
  try {
    await checkSessions(pool, other);
  } finally {
    await other.end();
  }
}

function newPool(databaseUrl: string, connections: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'parley',
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: TIMEOUT_MS.connect,
    query_timeout: TIMEOUT_MS.answer,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    onConnect: (client) =>
      client.query(`select ${Object.keys(SETTINGS).map(setConfig)}`, Object.values(SETTINGS)),
  });
  // An unhandled `error` event would end the process. The statement on the connection fails anyway.
  return pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
}

const setConfig = (name: string, index: number): string =>
  `set_config('${name}', $${index + 1}, false)`;

/** pg parses a `bigint` as a string. Ours are moments and counts, which fit a number. */
const INT8 = 20;
const parserOf = (oid: number, format: 'text' | 'binary') =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format);

/** Compares texts bytewise, as SQLite does; in most locales `a-b` would follow `ab`. */
class ByteOrder extends PostgresQueryCompiler {
  protected override visitDataType(
    node: Parameters<PostgresQueryCompiler['visitDataType']>[0],
  ): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}
