import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

const ATTEMPTS = 10;
/** PostgreSQL ends one of several transactions that wait for each other, or whose order cannot be made good. */
const CONFLICTS = ['40P01', '40001'];

/**
 * Runs work in one transaction: all of it is stored, or nothing.
 *
 * When it gets into the way of another server's transaction it runs again from the start, so it must do nothing but
 * read and write in `tx`. Rows that it reads in order to change what depends on them, it reads for update.
 */
export async function inTransaction<Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !CONFLICTS.includes(Object(error).code)) throw error;
      // By chance, so that the same two do not meet again.
      await wait(Math.random() * 20 * attempt);
    }
  }
}
