import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { isConflict, UnavailableError } from './errors.ts';
import type { Tables } from './tables.ts';

const ATTEMPTS = 10;

/**
 * Runs work in one transaction: all of it is stored, or nothing.
 *
 * Retried on conflict with another server's transaction, so `work` must have no other effects than
 * in `tx`. It must read rows for update if its writes depend on them.
 *
 * @throws {UnavailableError} when the store is unavailable, or after ten conflicts.
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
      // A random pause, so that the same two do not conflict again.
      await wait(Math.random() * 20 * attempt);
    }
  }
}
