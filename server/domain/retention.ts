import { coalesce } from '../live/coalesce.ts';
import { deleteSomeExpired } from '../store/expired-message.ts';
import type { Services } from './services.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Deletes old messages that both their accounts have had, in the background, in small steps. */
export interface Retention extends AsyncDisposable {
  /** Resolves once none are left, or after a fault, which leaves the rest for the next run. */
  run(): Promise<void>;
}

/** Without a number of days every message is kept. */
export function retention(
  { store, clock, longWork, onFault }: Services,
  days: number | undefined,
): Retention {
  let closed = days === undefined;

  async function deleteAll(): Promise<void> {
    const before = clock() - (days ?? 0) * DAY_MS;
    let after = '';
    await longWork(async () => {
      if (closed) return false;
      const last = await deleteSomeExpired(store.db, before, after);
      after = last ?? after;
      return last !== undefined;
    });
  }

  const run = coalesce(() => deleteAll().catch(onFault));
  return {
    run,
    async [Symbol.asyncDispose]() {
      closed = true;
      await run();
    },
  };
}
