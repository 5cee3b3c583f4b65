import { coalesce } from '../live/coalesce.ts';
import { removeBatch } from '../store/removal.ts';
import type { Services } from './services.ts';

/** Removes the rows of deleted accounts in the background, batch by batch. */
export interface Removal extends AsyncDisposable {
  /** Resolves once no rows are left, or after a fault, which leaves them for the next run. */
  run(): Promise<void>;
}

export function removal({ store, longWork, onFault }: Services): Removal {
  let closed = false;
  const run = coalesce(() => longWork(async () => !closed && removeBatch(store.db)).catch(onFault));
  return {
    run,
    async [Symbol.asyncDispose]() {
      closed = true;
      await run();
    },
  };
}
