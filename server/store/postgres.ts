import {
  type Dialect,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  PostgresQueryCompiler,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import { isPostgresOutage, StoreError, UnavailableError } from './errors.ts';
import { parameter } from './parameter.ts';

/**
 * How long is waited for PostgreSQL, in ms, so that whoever sends a message has an answer within
 * five seconds. `statement` is kept by PostgreSQL, `answer` by us, for when the network is gone and
 * no word comes any more.
 */
const PATIENCE = { connect: 3_000, statement: 4_000, answer: 4_500 };

/** Holds for every connection. */
const SETTINGS: Record<string, string> = {
  statement_timeout: String(PATIENCE.statement),
  // A server that stops in the middle of a transaction would keep its locks, and with them all
  // other servers.
  idle_in_transaction_session_timeout: String(PATIENCE.statement),
  // Whoever waits for a lock sees the row as it is then. What we take from a locked row depends on
  // it.
  default_transaction_isolation: 'read committed',
};

/** What must hold for an acknowledged message to survive, and which values would break it. */
const REFUSED: Record<string, RegExp> = {
  fsync: /^off$/,
  synchronous_commit: /^off$/,
  server_encoding: /^(?!UTF8$)/,
};

/**
 * Connects to a PostgreSQL that any number of servers share. @throws {StoreError} when it would not
 * keep messages.
 */
export async function postgresDialect(
  databaseUrl: string,
  connections: number,
): Promise<Dialect & Disposable> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'parley',
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: PATIENCE.connect,
    query_timeout: PATIENCE.answer,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    onConnect: (client) =>
      client.query(`select ${Object.keys(SETTINGS).map(setConfig)}`, Object.values(SETTINGS)),
  });
  // A connection that breaks leaves the pool by itself, and whoever was using it is told by the
  // statement that fails. But an error that nobody hears would end the process.
  pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
  try {
    await checkDurability(pool);
  } catch (error) {
    await pool.end();
    throw error instanceof StoreError
      ? error
      : new StoreError(`${displayName(databaseUrl)} cannot be used: ${(error as Error).message}`);
  }
  return Object.assign(new PostgresDialect({ pool: wrapPool(pool) }), {
    createQueryCompiler: () => new ByteOrder(),
    [Symbol.dispose]() {},
  });
}

const setConfig = (name: string, index: number): string =>
  `set_config('${name}', $${index + 1}, false)`;

async function checkDurability(pool: pg.Pool): Promise<void> {
  for (const [name, refused] of Object.entries(REFUSED)) {
    const { rows } = await pool.query(`show ${name}`);
    const value = rows[0][name];
    if (refused.test(value)) {
      throw new StoreError(
        `PostgreSQL answers ${name} = ${value}, so messages would not be safe. Change it there.`,
      );
    }
  }
}

/** Where the database is, without the password. */
function displayName(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `The database ${pathname.slice(1)} at ${host}`;
}

/** A `bigint` would come as a string. Ours are moments and counts, which a number holds. */
const INT8 = 20;
const parserOf = (oid: number, format: 'text' | 'binary') =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format);

/**
 * Statements that each connection keeps prepared, and how long they may be: a batch has one for
 * each of its sizes.
 */
const PREPARED = { count: 200, length: 2_000 };

/**
 * The pool, with faults of the connection told apart from those of a statement, and broken
 * connections discarded. Statements that come again are prepared: without that, PostgreSQL takes
 * 1.7 times the processor time for a message.
 */
function wrapPool(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  const nameOf = (sql: string): string | undefined => {
    // A search is planned for its term: prepared, it would read all names even where an index leads
    // to the few that match.
    const comesAgain = sql.length <= PREPARED.length && !sql.includes(' like ');
    if (comesAgain && names.size < PREPARED.count && !names.has(sql))
      names.set(sql, `s${names.size}`);
    return names.get(sql);
  };
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error) => {
        throw new UnavailableError(error);
      });
      let broken: UnavailableError | undefined;
      return {
        async query(sql: string, parameters: readonly unknown[] = []) {
          // What Kysely still has to say on it, such as a rollback, must not wait for an answer
          // again.
          if (broken) throw broken;
          try {
            const statement = { name: nameOf(sql), text: sql, values: parameters.map(parameter) };
            return (await client.query(statement)) as PostgresQueryResult<never>;
          } catch (error) {
            if (!isPostgresOutage(error)) throw error;
            broken = new UnavailableError(error);
            throw broken;
          }
        },
        release: (discard: boolean) => client.release(broken ?? discard),
      } as unknown as PostgresPoolClient;
    },
  };
}

/**
 * Texts are in the order of their bytes, as in SQLite; by the rules of a language `a-b` would
 * follow `ab`.
 */
class ByteOrder extends PostgresQueryCompiler {
  protected override visitDataType(
    node: Parameters<PostgresQueryCompiler['visitDataType']>[0],
  ): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}
