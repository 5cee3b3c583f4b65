import { setTimeout as wait } from 'node:timers/promises';
import { removeBatch } from '../store/removal.ts';
import type { Parts } from './parts.ts';

/** Removes in the background what deleted accounts have left, batch by batch, so that nobody waits for it. */
export interface Removal extends AsyncDisposable {
  /** Resolves once nothing is left, or with what a fault has left for the next time. */
  run(): Promise<void>;
}

export function removal({ store, onFault }: Parts): Removal {
  let over = false;
  let running: Promise<void> = Promise.resolve();

  async function removeAll(): Promise<void> {
    while (!over) {
      const start = performance.now();
      if (!(await removeBatch(store.db))) return;
      // At least half of the time is for others.
      await wait(performance.now() - start);
    }
  }

  return {
    run() {
      running = running.then(removeAll).catch(onFault);
      return running;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await running;
    },
  };
}
