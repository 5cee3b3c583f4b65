import { DatabaseSync } from 'node:sqlite';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Engine, Opening } from './engine.ts';
import { StoreError, UnavailableError } from './errors.ts';
import { type Handles, sqliteDriver } from './sqlite-driver.ts';
import { createPrivately, watchFiles } from './sqlite-files.ts';
import { openWalFile } from './sqlite-wal.ts';

/** The settings that keep acknowledged messages safe. Each is set, then read back. */
const PRAGMAS: Record<string, string | number> = {
  journal_mode: 'wal',
  // FULL (2): each commit is flushed before it is answered. NORMAL could lose the last commits in a
  // power cut.
  synchronous: 2,
  foreign_keys: 1,
  // In pages of 4 KiB. A server empties the WAL long before: see sqlite-wal.ts.
  wal_autocheckpoint: 20_000,
  // The WAL grows during a long read by another process, such as a backup; it is then cut to this.
  journal_size_limit: 24 * 1024 * 1024,
};

/** SQLite blocks the thread while it waits for a lock, so it may wait long only before serving. */
const BUSY_TIMEOUT_MS = { opening: 5_000, serving: 1 };

/** The files beside the database: the latest commits, their index, and the lock of the server. */
const COMPANIONS = ['-wal', '-shm', '.lock'];

/** What a server can do instead of stopping another. A copy has named its databases. */
const OTHER_DATABASE = ', or set DATABASE_URL to another file or to PostgreSQL';

/**
 * Opens a SQLite file, or `:memory:`, for this process alone, or beside a server that has it. New
 * files are readable by their owner only. `onLost` is called within two seconds after a file was
 * removed or replaced; nothing is stored from then on.
 *
 * @throws {StoreError} when it cannot be opened, or another server uses it.
 */
export function sqliteDialect(
  path: string,
  onLost: (error: StoreError) => void,
  { besideServer = false, copyPart }: Pick<Opening, 'besideServer' | 'copyPart'> = {},
): Engine {
  if (path === ':memory:') {
    const writer = openDatabase(path, PRAGMAS);
    return engineOver({ writer }, () => {});
  }
  using opened = new DisposableStack();
  try {
    createPrivately(path);
    if (!besideServer) opened.use(claim(path, copyPart ? '' : OTHER_DATABASE));
    const file = besideServer ? undefined : opened.use(openWalFile(path));
    const writer = openDatabase(path, PRAGMAS);
    opened.defer(() => writer.isOpen && writer.close());
    const reader = openDatabase(path, { query_only: 1 });
    opened.defer(() => reader.isOpen && reader.close());
    // A server that starts or stops meanwhile makes and removes the files beside the database.
    const companions = besideServer ? [] : COMPANIONS;
    const watch = opened.use(
      watchFiles([path, ...companions.map((suffix) => path + suffix)], onLost),
    );
    const beforeWrite = () => {
      try {
        watch.check();
      } catch (error) {
        throw new UnavailableError(error);
      }
    };
    return engineOver({ writer, reader, file }, beforeWrite, opened.move());
  } catch (error) {
    throw error instanceof StoreError
      ? error
      : new StoreError(`Cannot open ${path}: ${(error as Error).message}`);
  }
}

const engineOver = (handles: Handles, beforeWrite: () => void, opened?: Disposable): Engine => ({
  createDriver: () => sqliteDriver(handles, beforeWrite),
  createAdapter: () => new OwnTurns(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new NoRowLocks(),
  changedElsewhere: commitsElsewhere(handles.writer),
  [Symbol.dispose]: () => opened?.[Symbol.dispose](),
});

/** Returns a function that says whether others have committed since its last call. */
function commitsElsewhere(database: DatabaseSync): () => boolean {
  const version = database.prepare('PRAGMA data_version');
  let seen: unknown;
  return () => {
    const { data_version: now } = Object(version.get());
    const hasChanged = now !== seen;
    seen = now;
    return hasChanged;
  };
}

/** Opens a database, and checks that every pragma took effect. */
function openDatabase(path: string, pragmas: Record<string, string | number>): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS.opening });
  try {
    for (const [pragma, wanted] of Object.entries(pragmas)) {
      database.exec(`PRAGMA ${pragma} = ${wanted}`);
      const held = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
      // A database in memory keeps no journal.
      if (held !== wanted && path !== ':memory:') {
        throw new StoreError(
          `Could not set ${pragma}=${wanted} on ${path} (SQLite reports ${held}): commits would not be durable.`,
        );
      }
    }
    // SQLite opens the WAL at the first query.
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
 * Locks the file: a second server's notifications would not reach this one. The operating system
 * holds the lock, on a file beside the database. So it ends with the process, and the database
 * itself stays readable for a backup.
 */
function claim(path: string, otherWay: string): DatabaseSync {
  createPrivately(`${path}.lock`);
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new StoreError(`Another Parley server uses ${path}. Stop it${otherWay}.`);
  }
}

/** Tells Kysely that transactions take turns, and that they may change tables. */
class OwnTurns extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true;
  }
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** Leaves out row locks: a transaction has the whole database to itself. */
class NoRowLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}
