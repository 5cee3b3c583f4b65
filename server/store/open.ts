import { CamelCasePlugin, Kysely } from 'kysely';
import { isPostgres, sqlitePath } from './database-name.ts';
import type { Engine, Opening } from './engine.ts';
import { StoreError } from './errors.ts';
import { migrate } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

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
    : sqliteDialect(sqlitePath(databaseUrl), onLost, opening.besideServer);
  let statements = 0;
  const count = (): void => {
    statements += 1;
  };
  const db = new Kysely<Tables>({ dialect: engine, plugins: [new CamelCasePlugin()], log: count });
  const close = async (): Promise<void> => {
    await db.destroy();
    engine[Symbol.dispose]();
  };
  const newerMigrations = await migrate(db).catch(async (error) => {
    await close();
    throw new StoreError(`Could not migrate the tables: ${error}`);
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
