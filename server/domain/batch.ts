import { setImmediate as nextTurn } from 'node:timers/promises';
import { coalesce } from '../live/coalesce.ts';
import { isOutage } from '../store/errors.ts';

/** The most turns of the event loop that a batch waits for more items. */
const MAX_TURNS = 10;

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Collects items into batches, since a flush to disk or a round trip to the database costs the same
 * for one item as for a hundred.
 *
 * Items that arrive within a few turns of the event loop, or while a batch is under way, share the
 * next batch. `run` answers each item of a batch in order, with its result or with an error for it
 * alone. If `run` throws, the whole batch fails. If the store is unavailable, queued items fail
 * too, so that no caller waits for more than one timeout.
 */
export function batch<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  maxBatch: number,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];

  /**
   * Waits while each turn of the event loop brings more: clients that got answers from the batch
   * before send their next items at once, and half of them would miss this batch.
   */
  async function gather(): Promise<void> {
    let length = 0;
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      if (queue.length === length || queue.length >= maxBatch) return;
      length = queue.length;
      await nextTurn();
    }
  }

  async function runNext(): Promise<void> {
    await gather();
    const batch = queue.splice(0, maxBatch);
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result instanceof Error) reject(result);
        else resolve(result as Result);
      }
    } catch (error) {
      const failed = isOutage(error) ? [...batch, ...queue.splice(0)] : batch;
      for (const { reject } of failed) reject(error);
    }
  }

  const runSoon = coalesce(async () => {
    while (queue.length > 0) await runNext();
  });

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      runSoon();
    });
}
