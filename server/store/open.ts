import { CamelCasePlugin, Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreError } from './errors.ts';
import { migrations } from './migrations.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** The database. A write is flushed to disk before its call answers. */
export interface Store extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** The number of statements run so far. */
  readonly statements: number;
  /** Resolves when the server has to stop, since the store's file was removed or replaced. */
  readonly lost: Promise<StoreError>;
}

export const isPostgres = (databaseUrl: string): boolean => /^postgres(ql)?:/.test(databaseUrl);

/** Opens the store and migrates its tables. @throws {StoreError} when it cannot be used. */
export async function openStore(databaseUrl: string, connections = 10): Promise<Store> {
  const { promise: lost, resolve: onLost } = Promise.withResolvers<StoreError>();
  const dialect = isPostgres(databaseUrl)
    ? await postgresDialect(databaseUrl, connections)
    : sqliteDialect(databaseUrl.replace(/^file:/, ''), onLost);
  let statements = 0;
  const count = (): void => {
    statements += 1;
  };
  const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()], log: count });
  const store = {
    db,
    lost,
    get statements() {
      return statements;
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      dialect[Symbol.dispose]();
    },
  };
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (!error) return store;
  await store[Symbol.asyncDispose]();
  throw new StoreError(`Could not migrate the tables: ${error}`);
}
