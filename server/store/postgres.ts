import { type Dialect, PostgresDialect, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import { StoreError } from './errors.ts';
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

/** The values with which acknowledged messages could be lost, and what to do about them. */
const REFUSED: Record<string, { readonly values: RegExp; readonly advice: string }> = {
  fsync: {
    values: /^off$/,
    advice: 'acknowledged messages could be lost. Turn it on.',
  },
  synchronous_commit: {
    values: /^off$/,
    advice: 'acknowledged messages could be lost. Turn it on.',
  },
  server_encoding: {
    values: /^(?!UTF8$)/,
    advice: 'it cannot store every text. Create the database with the encoding UTF8.',
  },
};

/**
 * Connects to a PostgreSQL database, which any number of servers may share.
 *
 * @throws {StoreError} when it cannot be reached, or would not keep messages.
 */
export async function postgresDialect(
  databaseUrl: string,
  connections: number,
): Promise<Dialect & Disposable> {
  const pool = newPool(databaseUrl, connections);
  try {
    await checkDurability(pool);
  } catch (error) {
    await pool.end();
    throw error instanceof StoreError
      ? error
      : new StoreError(`Cannot use ${displayName(databaseUrl)}: ${(error as Error).message}`);
  }
  return Object.assign(new PostgresDialect({ pool: wrapPool(pool) }), {
    createQueryCompiler: () => new ByteOrder(),
    [Symbol.dispose]() {},
  });
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

async function checkDurability(pool: pg.Pool): Promise<void> {
  for (const [name, { values, advice }] of Object.entries(REFUSED)) {
    const { rows } = await pool.query(`show ${name}`);
    const value = rows[0][name];
    if (values.test(value)) throw new StoreError(`PostgreSQL has ${name} = ${value}: ${advice}`);
  }
}

/** Names a database without its password. */
function displayName(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `the database ${pathname.slice(1)} at ${host}`;
}

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
