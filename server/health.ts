import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Services } from './domain/services.ts';
import { forgetServers, writeHeartbeat } from './store/heartbeat.ts';

/** An answer is kept for this long, in ms, so that the store is asked at most once a second. */
const KEPT_MS = 1_000;
/** A store that takes longer than this to write a row is not ready, in ms. */
const TIMEOUT_MS = 2_000;

/**
 * Tells whether a message could be stored now: it writes a row. However many ask, there is one
 * attempt at a time and one a second; each answer comes within two seconds.
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
    if (answer && performance.now() - askedAt < KEPT_MS) return answer;
    askedAt = performance.now();
    writing ??= write();
    answer = Promise.race([writing, wait(TIMEOUT_MS, false, { ref: false })]);
    return answer;
  };
}
