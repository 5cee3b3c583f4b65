import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { isConflict, UnavailableError } from './errors.ts';
import type { Tables } from './tables.ts';

const ATTEMPTS = 10;

/**
 * Runs work in one transaction: all of it is stored, or nothing.
 *
 * After a conflict with another server's transaction it runs again from the start, so it must do
 * nothing but read and write in `tx`. Rows that it reads in order to change what depends on them,
 * it reads for update.
 *
 * @throws {UnavailableError} when the store is away, or each of ten attempts met a conflict.
 */
export async function inTransaction<Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === ATTEMPTS) throw new UnavailableError(error);
      // A random pause, so that the same two do not meet again.
      await wait(Math.random() * 20 * attempt);
    }
  }
}
