import { CamelCasePlugin, Kysely } from 'kysely';
import { databaseName, isPostgres, sqlitePath } from './database-name.ts';
import type { Engine, Opening } from './engine.ts';
import { StoreError } from './errors.ts';
import { migrate, migrationState } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { unfinishedCopyOf } from './unfinished-copy.ts';

/** The database. A write is flushed to disk before its call answers. */
export interface Store extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly changedElsewhere: Engine['changedElsewhere'];
  readonly connections: Engine['connections'];
  /** The migrations of a newer version that have run on the tables. */
  readonly newerMigrations: readonly string[];
  /** The number of statements run so far. */
  readonly statements: number;
  /** Resolves when the server has to stop, since the store's file was removed or replaced. */
  readonly lost: Promise<StoreError>;
}

const AT_ONCE: Opening = { connections: 10, waitSeconds: 0, onWait() {} };

/** Opens the store and migrates its tables. @throws {StoreError} when it cannot be used. */
export async function openStore(databaseUrl: string, opening = AT_ONCE): Promise<Store> {
  const { promise: lost, resolve: onLost } = Promise.withResolvers<StoreError>();
  const engine: Engine = isPostgres(databaseUrl)
    ? await postgresDialect(databaseUrl, opening)
    : sqliteDialect(sqlitePath(databaseUrl), onLost, opening);
  let statements = 0;
  const count = (): void => {
    statements += 1;
  };
  const db = new Kysely<Tables>({ dialect: engine, plugins: [new CamelCasePlugin()], log: count });
  const close = async (): Promise<void> => {
    await db.destroy();
    engine[Symbol.dispose]();
  };
  const newerMigrations = await prepare(db, databaseUrl, opening).catch(async (error) => {
    await close();
    throw error instanceof StoreError
      ? error
      : new StoreError(`Could not migrate the tables: ${error}`);
  });
  return {
    db,
    lost,
    changedElsewhere: engine.changedElsewhere,
    connections: engine.connections,
    newerMigrations,
    get statements() {
      return statements;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Makes the tables usable, and returns the migrations of a newer version. @throws {StoreError} */
async function prepare(
  db: Kysely<Tables>,
  databaseUrl: string,
  { copyPart }: Opening,
): Promise<readonly string[]> {
  const name = databaseName(databaseUrl);
  const newer = copyPart === 'source' ? await checkMigrated(db, name) : await migrate(db);
  // A copy knows only the tables of this version.
  if (copyPart && newer.length > 0)
    throw new StoreError(
      `Cannot copy ${name}: a newer version has changed it (${newer}). Copy with that one.`,
    );
  const source = copyPart === 'target' ? undefined : await unfinishedCopyOf(db);
  if (source !== undefined)
    throw new StoreError(
      `Cannot use ${name}: it has an unfinished copy of ${source}. Run the copy again, or use another ` +
        'database.',
    );
  return newer;
}

/** Checks that all migrations have run, and returns those of a newer version. Changes nothing. */
async function checkMigrated(db: Kysely<Tables>, name: string): Promise<readonly string[]> {
  const { missing, newer } = await migrationState(db);
  if (missing.length > 0)
    throw new StoreError(
      `Cannot copy ${name}: it does not have the tables of this version. Start a server of this ` +
        'version on it once, then stop it.',
    );
  return newer;
}
