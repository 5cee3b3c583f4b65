import { setTimeout as wait } from 'node:timers/promises';
import { isSqliteLocked, isSqliteOutage, UnavailableError } from './errors.ts';

/** The longest wait for a database that another process has locked. */
export const LOCK_TIMEOUT_MS = 5_000;
/** The pause between two attempts doubles up to this. */
const MAX_PAUSE_MS = 50;

/**
 * Retries until the deadline while another connection holds the database. The first attempt is
 * made at once.
 *
 * @throws {UnavailableError} on an outage, or at the deadline.
 */
export async function withRetries<Result>(
  attempt: () => Result,
  deadline: number,
): Promise<Result> {
  for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      return attempt();
    } catch (error) {
      if (!isSqliteLocked(error) || performance.now() >= deadline) {
        throw isSqliteOutage(error) ? new UnavailableError(error) : error;
      }
    }
    await wait(pause * (0.5 + Math.random()));
  }
}
