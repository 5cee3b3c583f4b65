import { isOutage } from './errors.ts';

/**
 * Gathers drafts into batches, since a flush to disk, or a way to the database, costs the same for
 * one as for a hundred.
 *
 * Drafts that arrive in the same turn of the event loop, or while a commit is under way, share the
 * next one. `commit` stores a batch in one transaction and answers each draft in its order, with a
 * result or with the error that refuses this one alone; if it fails as a whole, the whole batch
 * fails, and nothing was stored. When that is since the store is away, so does what waits: nobody
 * waits longer than for one answer.
 */
export function batch<Item, Result>(
  commit: (drafts: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  maxBatch: number,
): (draft: Item) => Promise<Result> {
  type Waiting = { draft: Item; resolve(result: Result): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      try {
        const results = await commit(batch.map(({ draft }) => draft));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result instanceof Error) reject(result);
          else resolve(result as Result);
        }
      } catch (error) {
        // While the store is away, the next batch would wait as long as this one did, and for
        // nothing.
        const failed = isOutage(error) ? [...batch, ...waiting.splice(0)] : batch;
        for (const { reject } of failed) reject(error);
      }
    }
    busy = false;
  }

  return (draft) =>
    new Promise((resolve, reject) => {
      waiting.push({ draft, resolve, reject });
      if (busy) return;
      busy = true;
      setImmediate(drain);
    });
}
