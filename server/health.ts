import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Services } from './domain/services.ts';
import { forgetServers, writeHeartbeat } from './store/heartbeat.ts';

/** How long an answer is reused, so that the store is checked at most once a second. */
const REUSE_MS = 1_000;
/** A store that takes longer than this to write a row is not ready. */
const TIMEOUT_MS = 2_000;

/**
 * Returns a check of whether a message could be stored now: it writes a row. All callers share one
 * attempt at a time and one per second, and each gets an answer within two seconds.
 */
export function readiness({
  store,
  clock,
}: Pick<Services, 'store' | 'clock'>): () => Promise<boolean> {
  const serverId = randomUUID();
  let writing: Promise<boolean> | undefined;
  let answer: Promise<boolean> | undefined;
  let askedAt = 0;

  async function write(): Promise<boolean> {
    try {
      await writeHeartbeat(store.db, serverId, clock());
      await forgetServers(store.db, clock());
      return true;
    } catch {
      return false;
    } finally {
      writing = undefined;
    }
  }

  return () => {
    if (answer && performance.now() - askedAt < REUSE_MS) return answer;
    askedAt = performance.now();
    writing ??= write();
    answer = Promise.race([writing, wait(TIMEOUT_MS, false, { ref: false })]);
    return answer;
  };
}
