import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Repeats a step until it returns false: nothing is left to do. A step takes a few milliseconds. */
export type LongWork = (step: () => Promise<boolean>) => Promise<void>;

/**
 * Does work that grows with the stored data without holding up others: SQLite works on the only
 * thread. The first step runs at once. Each further step waits for its turn among all such work of
 * this server, and is followed by a pause as long as the step. So at least half of the time is left
 * for others.
 */
export function longWork(): LongWork {
  const oneAtATime = pLimit(1);
  const inTurn = (step: () => Promise<boolean>) =>
    oneAtATime(async () => {
      const start = performance.now();
      const hasMore = await step();
      await wait(performance.now() - start);
      return hasMore;
    });
  return async (step) => {
    let hasMore = await step();
    while (hasMore) hasMore = await inTurn(step);
  };
}
