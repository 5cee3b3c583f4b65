import { type Kysely, sql, type Transaction } from 'kysely';
import { isPostgresDb } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * Counts the connections of other servers and admin verbs to a PostgreSQL database. This process
 * must have one connection. A SQLite file that is open here has no other server.
 */
export async function otherConnections(db: Kysely<Tables>): Promise<number> {
  if (!isPostgresDb(db)) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and application_name like 'parley%'
      and pid <> pg_backend_pid()`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Runs work in a transaction during which no other connection changes these tables. */
export const whileUnchanged = <Result>(
  db: Kysely<Tables>,
  tables: readonly string[],
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> =>
  // In SQLite every transaction excludes other writers.
  db.transaction().execute(async (tx) => {
    if (isPostgresDb(tx)) {
      // It is idle while the rows that it has read are written elsewhere.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
      const names = sql.join(tables.map((table) => sql.table(table)));
      await sql`lock table ${names} in share mode`.execute(tx);
    }
    return work(tx);
  });
