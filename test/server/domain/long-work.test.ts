import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { longWork } from '../../../server/domain/long-work.ts';

/** Work of so many steps that writes its name at each. */
function stepsOf(name: string, count: number, log: string[]): () => Promise<boolean> {
  let done = 0;
  return async () => {
    log.push(name);
    done += 1;
    return done < count;
  };
}

test('work of one step runs at once', async () => {
  const inSteps = longWork();
  const log: string[] = [];
  const long = inSteps(stepsOf('long', 50, log));
  await inSteps(stepsOf('short', 1, log));
  expect(log.slice(0, 2)).toEqual(['long', 'short']);
  await long;
  expect(log).toHaveLength(51);
});

test('the steps of two jobs take turns', async () => {
  const inSteps = longWork();
  const log: string[] = [];
  await Promise.all([inSteps(stepsOf('a', 4, log)), inSteps(stepsOf('b', 3, log))]);
  expect(log.join('')).toBe('abababa');
});

test('other work runs between two steps', async () => {
  let over = false;
  let turns = 0;
  const others = (async () => {
    for (; !over; turns += 1) await turn();
  })();
  await longWork()(stepsOf('a', 20, []));
  over = true;
  await others;
  expect(turns).toBeGreaterThanOrEqual(19);
});

test('a failed step ends its own job only', async () => {
  const inSteps = longWork();
  const log: string[] = [];
  const first = stepsOf('a', 5, log);
  const failing = inSteps(async () => {
    if (log.length > 2) throw new Error('away');
    return first();
  });
  const other = inSteps(stepsOf('b', 5, log));
  await expect(failing).rejects.toThrow('away');
  await other;
  expect(log.filter((name) => name === 'b')).toHaveLength(5);
});
