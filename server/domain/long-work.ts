import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';

/**
 * Runs a step until it answers false, that is, until nothing is left to do. A step takes a few
 * milliseconds.
 */
export type LongWork = (step: () => Promise<boolean>) => Promise<void>;

/**
 * Does work that grows with what is stored, so that it holds up nobody: SQLite works on the only
 * thread. The first step runs at once. Each further one waits for its turn among all such work of
 * this server, and a rest as long as the step took follows it, so at least half of the time is for
 * others.
 */
export function longWork(): LongWork {
  const oneAtATime = pLimit(1);
  const inTurn = (step: () => Promise<boolean>) =>
    oneAtATime(async () => {
      const start = performance.now();
      const goesOn = await step();
      await wait(performance.now() - start);
      return goesOn;
    });
  return async (step) => {
    let goesOn = await step();
    while (goesOn) goesOn = await inTurn(step);
  };
}
