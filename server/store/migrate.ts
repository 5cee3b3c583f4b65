import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { migrations as all } from './migrations.ts';
import type { Tables } from './tables.ts';

/**
 * The last migration that is recorded in Kysely's own table. A version that knows no later one
 * refuses to start if that table names one, so the later ones are recorded in a table of ours:
 * versions before and after a migration can run, and be started, on the same database.
 */
const LAST_IN_KYSELYS_TABLE = '0006-known-addresses';
const KYSELYS_TABLE = 'kysely_migration';
const OUR_TABLE = 'migration';

/**
 * Brings the tables up to date, and returns the migrations of a newer version. Does nothing about
 * them, since they only add to what this one needs. @throws if a migration fails; none of those
 * that ran is kept then.
 */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const { early = [], later = [] } = Object.groupBy(Object.entries(all), ([name]) =>
    name <= LAST_IN_KYSELYS_TABLE ? 'early' : 'later',
  );
  await run(db, KYSELYS_TABLE, Object.fromEntries(early));
  const recorded = await run(db, OUR_TABLE, Object.fromEntries(later));
  return recorded.filter((name) => !(name in all));
}

/** Returns how the recorded migrations differ from ours, without running any. */
export async function migrationState(db: Kysely<Tables>) {
  const [early, later] = [await recorded(db, KYSELYS_TABLE), await recorded(db, OUR_TABLE)];
  const names = Object.keys({ ...early, ...later });
  return {
    missing: Object.keys(all).filter((name) => !names.includes(name)),
    newer: names.filter((name) => !(name in all)),
  };
}

/** Runs what is missing, and returns the names of those that were recorded before. */
async function run(
  db: Kysely<Tables>,
  migrationTableName: string,
  known: Record<string, Migration>,
): Promise<string[]> {
  const before = await recorded(db, migrationTableName);
  const migrations = { ...before, ...known };
  const migrator = new Migrator({
    db,
    migrationTableName,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
  return Object.keys(before);
}

/** Returns the recorded migrations, with nothing left to do. */
async function recorded(db: Kysely<Tables>, table: string): Promise<Record<string, Migration>> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === table)) return {};
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db);
  return Object.fromEntries(rows.map(({ name }) => [name, { up: async () => {} }]));
}
