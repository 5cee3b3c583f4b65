import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreError } from './error.ts';

/** What must hold for an acknowledged message to survive; each is set, then read back. */
const PRAGMAS: Record<string, string | number> = {
  journal_mode: 'wal',
  // FULL (2): every commit is flushed before it is answered. NORMAL would lose the last ones in a power cut.
  synchronous: 2,
  foreign_keys: 1,
  busy_timeout: 5_000,
};

/** Opens a SQLite file, or `:memory:`, for this process alone. @throws {StoreError} when that cannot be. */
export function sqliteDialect(path: string): Dialect & Disposable {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const lock = path === ':memory:' ? undefined : claim(path);
  let database: DatabaseSync;
  try {
    database = openDurably(path);
  } catch (error) {
    lock?.close();
    throw error instanceof StoreError ? error : new StoreError(`${path} cannot be opened: ${(error as Error).message}`);
  }
  const config = { database: cached(database) };
  return Object.assign(new SqliteDialect(config), {
    createAdapter: () => new TransactionalDdl(),
    createDriver: () => new ImmediateDriver(config),
    createQueryCompiler: () => new NoRowLocks(),
    [Symbol.dispose]() {
      lock?.close();
    },
  });
}

/** Opens a database, and sees that every pragma holds. */
function openDurably(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  for (const [pragma, wanted] of Object.entries(PRAGMAS)) {
    database.exec(`PRAGMA ${pragma} = ${wanted}`);
    const held = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    // A database in memory keeps no journal.
    if (held !== wanted && path !== ':memory:') {
      throw new StoreError(`SQLite answers ${pragma} = ${held} where ${wanted} was set, so ${path} would not be safe.`);
    }
  }
  return database;
}

/**
 * Takes the file for this process. A second server would ring no bell in the first. The lock is one of the
 * operating system's on a file beside the database, so it ends with the process, however that ends; the
 * database itself stays readable for a backup.
 */
function claim(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new StoreError(
      `Another Parley server uses ${path}. One SQLite file serves one server: stop the other, or set DATABASE_URL.`,
    );
  }
}

/** SQLite changes its tables within transactions, though Kysely assumes that it does not. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** Takes the write lock at the start: a transaction that reads first and writes later could find it taken. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: Parameters<SqliteDriver['beginTransaction']>[0]) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** A transaction has the whole database for itself, so rows that are read for update need no locks of their own. */
class NoRowLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}

/** `node:sqlite` in the shape that Kysely expects, with each statement prepared once. */
function cached(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    close: () => database.close(),
    prepare(sql) {
      let statement = statements.get(sql);
      if (!statement) {
        statement = shaped(database.prepare(sql));
        // A batch has a statement for each of its sizes, so there is an end to what is worth keeping.
        if (statements.size >= 200) statements.clear();
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}

const shaped = (statement: StatementSync): ReturnType<SqliteDatabase['prepare']> => ({
  reader: statement.columns().length > 0,
  all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
  run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
  iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
});
