import { PostgresDialect, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import { databaseName, hostUrls } from './database-name.ts';
import type { Engine, Opening } from './engine.ts';
import { StoreError } from './errors.ts';
import { checkDurability, checkSessions, untilReachable } from './postgres-checks.ts';
import { type Accept, hostPools } from './postgres-hosts.ts';
import { wrapHosts } from './postgres-pool.ts';

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
  const hosts = hostPools(hostUrls(databaseUrl), (url, accept) =>
    newPool(url, opening.connections, accept),
  );
  try {
    await untilReachable(async () => (await hosts.connect()).client.release(), opening);
    await checkDurability(hosts.current);
    await checkOwnSession(hosts.current);
  } catch (error) {
    await hosts.end();
    throw error instanceof StoreError
      ? error
      : new StoreError(`Cannot use ${databaseName(databaseUrl)}: ${(error as Error).message}`);
  }
  return Object.assign(new PostgresDialect({ pool: wrapHosts(hosts) }), {
    createQueryCompiler: () => new ByteOrder(),
    changedElsewhere: () => true,
    connections: () => ({
      busy: sum(hosts.pools, ({ totalCount, idleCount }) => totalCount - idleCount),
      idle: sum(hosts.pools, ({ idleCount }) => idleCount),
      waiting: sum(hosts.pools, ({ waitingCount }) => waitingCount),
    }),
    [Symbol.dispose]() {},
  });
}

const sum = (pools: readonly pg.Pool[], count: (pool: pg.Pool) => number): number =>
  pools.reduce((total, pool) => total + count(pool), 0);

async function checkOwnSession(pool: pg.Pool): Promise<void> {
  const { connectionString } = pool.options;
  const other = new pg.Client({ connectionString });
  await other.connect();
  try {
    await checkSessions(pool, other);
  } finally {
    await other.end();
  }
}

function newPool(url: string, connections: number, accept: Accept): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'parley',
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: TIMEOUT_MS.connect,
    query_timeout: TIMEOUT_MS.answer,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    async onConnect(client) {
      await client.query(`select ${Object.keys(SETTINGS).map(setConfig)}`, Object.values(SETTINGS));
      await accept(client);
    },
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
