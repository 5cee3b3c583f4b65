import { removeBatch } from '../store/removal.ts';
import type { Services } from './services.ts';

/**
 * Removes in the background what deleted accounts have left, batch by batch, so that nobody waits
 * for it.
 */
export interface Removal extends AsyncDisposable {
  /** Resolves once nothing is left, or with what a fault has left for the next time. */
  run(): Promise<void>;
}

export function removal({ store, longWork, onFault }: Services): Removal {
  let over = false;
  let running: Promise<void> = Promise.resolve();
  return {
    run() {
      running = running
        .then(() => longWork(async () => !over && removeBatch(store.db)))
        .catch(onFault);
      return running;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await running;
    },
  };
}
