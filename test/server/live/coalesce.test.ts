import { expect, test } from 'vitest';
import { coalesce } from '../../../server/live/coalesce.ts';

/** Lets everything happen that needs no outside help. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** Runs that each wait until they are finished. */
function newRuns() {
  const runs: PromiseWithResolvers<void>[] = [];
  const call = coalesce(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, call };
}

test('calls of one turn share a run', async () => {
  const { runs, call } = newRuns();
  const calls = [call(), call(), call()];
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await Promise.all(calls);
});

test('calls during a run share the next run, which begins when the first has ended', async () => {
  const { runs, call } = newRuns();
  const first = call();
  await turn();
  const later = [call(), call()];
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await first;
  await turn();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await Promise.all(later);
});

test('a run that fails fails its calls, and the next run begins', async () => {
  const { runs, call } = newRuns();
  const first = expect(call()).rejects.toThrow('no disk');
  await turn();
  const later = call();
  runs[0]?.reject(new Error('no disk'));
  await first;
  await turn();
  runs[1]?.resolve();
  await later;
});
