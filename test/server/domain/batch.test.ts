import { expect, test } from 'vitest';
import { batch } from '../../../server/domain/batch.ts';
import { UnavailableError } from '../../../server/store/errors.ts';

/** A store that keeps the batches it gets; each commit waits until it is finished. */
function newStore(maxBatch = 100) {
  const batches: (readonly string[])[] = [];
  const finishing: PromiseWithResolvers<void>[] = [];
  const append = batch<string, string>(async (drafts) => {
    batches.push(drafts);
    const finished = Promise.withResolvers<void>();
    finishing.push(finished);
    await finished.promise;
    return drafts.map((draft) =>
      draft.startsWith('bad') ? new Error(`${draft} is refused`) : `stored ${draft}`,
    );
  }, maxBatch);
  return {
    batches,
    append,
    finish: () => finishing.shift()?.resolve(),
    fail: (reason: string) => finishing.shift()?.reject(new Error(reason)),
    goAway: () => finishing.shift()?.reject(new UnavailableError('no answer')),
  };
}

/** Lets everything happen that can happen by itself. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

test('items that arrive in one turn share a batch', async () => {
  const { append, batches, finish } = newStore();
  const results = Promise.all([append('one'), append('two'), append('three')]);
  await turn();
  finish();
  expect(await results).toEqual(['stored one', 'stored two', 'stored three']);
  expect(batches).toEqual([['one', 'two', 'three']]);
});

test('items that arrive during a batch share the next one', async () => {
  const { append, batches, finish } = newStore();
  const first = append('one');
  await turn();
  const answered: string[] = [];
  const later = ['two', 'three'].map(async (draft) => answered.push(await append(draft)));
  await turn();
  expect(batches).toEqual([['one']]);
  finish();
  expect(await first).toBe('stored one');
  await turn();
  expect(batches).toEqual([['one'], ['two', 'three']]);
  expect(answered).toEqual([]);
  finish();
  await Promise.all(later);
  expect(answered).toEqual(['stored two', 'stored three']);
});

test('an item is answered only after its batch is finished', async () => {
  const { append, finish } = newStore();
  let answered = false;
  const result = append('one').then(() => {
    answered = true;
  });
  await turn();
  expect(answered).toBe(false);
  finish();
  await result;
});

test('an item with an error fails alone', async () => {
  const { append, finish } = newStore();
  const results = Promise.allSettled([append('one'), append('bad'), append('three')]);
  await turn();
  finish();
  expect(await results).toEqual([
    { status: 'fulfilled', value: 'stored one' },
    { status: 'rejected', reason: new Error('bad is refused') },
    { status: 'fulfilled', value: 'stored three' },
  ]);
});

test('a failed batch fails all of its items, and the next batch runs', async () => {
  const { append, batches, fail, finish } = newStore();
  const failing = Promise.allSettled([append('one'), append('two')]);
  await turn();
  const next = append('three');
  fail('no disk');
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  finish();
  expect(await next).toBe('stored three');
  const last = append('four');
  await turn();
  finish();
  expect(await last).toBe('stored four');
  expect(batches).toEqual([['one', 'two'], ['three'], ['four']]);
});

test('an outage fails the queue with its batch, and later items are tried', async () => {
  const { append, batches, goAway, finish } = newStore();
  const first = expect(append('one')).rejects.toThrow(UnavailableError);
  await turn();
  const waiting = expect(append('two')).rejects.toThrow(UnavailableError);
  goAway();
  await Promise.all([first, waiting]);
  const later = append('three');
  await turn();
  finish();
  expect(await later).toBe('stored three');
  expect(batches).toEqual([['one'], ['three']]);
});

test('a batch is limited in size, and order is kept across batches', async () => {
  const { append, batches, finish } = newStore(2);
  const results = Promise.all(['one', 'two', 'three', 'four', 'five'].map(append));
  for (let commits = 1; commits <= 3; commits += 1) {
    await turn();
    finish();
  }
  expect(await results).toHaveLength(5);
  expect(batches).toEqual([['one', 'two'], ['three', 'four'], ['five']]);
});
