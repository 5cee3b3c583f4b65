import { DatabaseSync } from 'node:sqlite';
import {
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreError, UnavailableError } from './errors.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { createPrivately, watchFiles } from './sqlite-files.ts';

/** What must hold for an acknowledged message to survive; each is set, then read back. */
const PRAGMAS: Record<string, string | number> = {
  journal_mode: 'wal',
  // FULL (2): every commit is flushed before it is answered. NORMAL would lose the last ones in a
  // power cut.
  synchronous: 2,
  foreign_keys: 1,
  // The WAL grows while another process reads for long, as a backup does; afterwards it is cut to
  // this size.
  journal_size_limit: 8 * 1024 * 1024,
};

/**
 * SQLite blocks the thread while it waits for a lock. Only before anybody is served may that take
 * long.
 */
const BUSY_TIMEOUT_MS = { opening: 5_000, serving: 1 };

/**
 * Besides the database itself: what is committed last, its index, and the sign that a server uses
 * it.
 */
const COMPANIONS = ['-wal', '-shm', '.lock'];

/**
 * Opens a SQLite file, or `:memory:`, for this process alone. New files can be read by their owner
 * only. `onLost` is called within two seconds after one of the files was removed or replaced;
 * nothing is stored from then on.
 *
 * @throws {StoreError} when it cannot be opened, or another server uses it.
 */
export function sqliteDialect(
  path: string,
  onLost: (error: StoreError) => void,
): Dialect & Disposable {
  if (path === ':memory:') {
    const writer = openDatabase(path, PRAGMAS);
    return dialectOver(() => sqliteDriver({ writer, reader: undefined }, () => {}));
  }
  using opened = new DisposableStack();
  try {
    createPrivately(path);
    opened.use(claim(path));
    const writer = openDatabase(path, PRAGMAS);
    opened.defer(() => writer.isOpen && writer.close());
    const reader = openDatabase(path, { query_only: 1 });
    opened.defer(() => reader.isOpen && reader.close());
    const watch = opened.use(
      watchFiles([path, ...COMPANIONS.map((suffix) => path + suffix)], onLost),
    );
    const beforeWrite = () => {
      try {
        watch.check();
      } catch (error) {
        throw new UnavailableError(error);
      }
    };
    return dialectOver(() => sqliteDriver({ writer, reader }, beforeWrite), opened.move());
  } catch (error) {
    throw error instanceof StoreError
      ? error
      : new StoreError(`${path} cannot be opened: ${(error as Error).message}`);
  }
}

const dialectOver = (createDriver: () => Driver, opened?: Disposable): Dialect & Disposable => ({
  createDriver,
  createAdapter: () => new OwnTurns(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new NoRowLocks(),
  [Symbol.dispose]: () => opened?.[Symbol.dispose](),
});

/** Opens a database, and sees that every pragma holds. */
function openDatabase(path: string, pragmas: Record<string, string | number>): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS.opening });
  try {
    for (const [pragma, wanted] of Object.entries(pragmas)) {
      database.exec(`PRAGMA ${pragma} = ${wanted}`);
      const held = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
      // A database in memory keeps no journal.
      if (held !== wanted && path !== ':memory:') {
        throw new StoreError(
          `SQLite answers ${pragma} = ${held} where ${wanted} was set, so ${path} would not be safe.`,
        );
      }
    }
    // Only now SQLite opens the WAL.
    database.exec(
      `SELECT count(*) FROM sqlite_schema; PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS.serving}`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Takes the file for this process. A second server would ring no bell in the first. The lock is one
 * of the operating system's on a file beside the database, so it ends with the process, however
 * that ends; the database itself stays readable for a backup.
 */
function claim(path: string): DatabaseSync {
  createPrivately(`${path}.lock`);
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

/**
 * The driver lets transactions in one at a time, and tables change within them, though Kysely
 * assumes neither.
 */
class OwnTurns extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true;
  }
  override get supportsTransactionalDdl() {
    return true;
  }
}

/**
 * A transaction has the whole database for itself, so rows that are read for update need no locks
 * of their own.
 */
class NoRowLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}
