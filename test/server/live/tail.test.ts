import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doorbell } from '../../../server/live/doorbell.ts';
import { tail } from '../../../server/live/tail.ts';

const PAGE = 3;
const quiet = () => new AbortController().signal;

/**
 * A log in memory of the numbers 1, 2, 3 …; `read` may take its time, and answers what was there
 * when it began.
 */
function newLog(read: <Page>(page: Page) => Promise<Page> = async (page) => page) {
  const bell = doorbell();
  let length = 0;
  return {
    bell,
    append() {
      length += 1;
    },
    ring: () => bell.ring('log'),
    log: {
      listen: (heard: () => void) => bell.listen('log', heard),
      read: (after: number) =>
        read(
          Array.from({ length: Math.min(PAGE, length - after) }, (_, index) => after + index + 1),
        ),
      position: (item: number) => item,
    },
  };
}

/** Reads that wait until they are let go, one by one. */
function gate() {
  const held: (() => void)[] = [];
  return {
    async pass<Page>(page: Page): Promise<Page> {
      await new Promise<void>((resolve) => void held.push(resolve));
      return page;
    },
    letGo: () => held.shift()?.(),
  };
}

/** Whether a promise is settled once everything that can happen by itself has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

async function take(reader: AsyncIterator<number>, count: number): Promise<number[]> {
  const items: number[] = [];
  while (items.length < count) items.push((await reader.next()).value);
  return items;
}

test('a reader gets what comes after its position, over many pages, and then what comes', async () => {
  const { log, append, ring } = newLog();
  for (let count = 0; count < 10; count += 1) append();
  const reader = tail(log, 2, quiet());
  expect(await take(reader, 8)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  append();
  ring();
  expect(await next).toEqual({ done: false, value: 11 });
});

test('what is appended between listening and the first read is not lost', async () => {
  const { log, append, ring } = newLog();
  const reader = tail(log, 0, quiet());
  append();
  ring();
  expect(await take(reader, 1)).toEqual([1]);
});

test('a ring during a read leads to another read', async () => {
  const { pass, letGo } = gate();
  const { log, append, ring } = newLog(pass);
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  // The read that is under way saw nothing of this.
  append();
  ring();
  letGo();
  expect(await isSettled(next)).toBe(false);
  letGo();
  expect(await next).toEqual({ done: false, value: 1 });
});

test('rings for nothing, doubled or late, do no harm', async () => {
  const { log, append, ring } = newLog();
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  ring();
  ring();
  expect(await isSettled(next)).toBe(false);
  append();
  ring();
  ring();
  expect(await next).toEqual({ done: false, value: 1 });
  ring();
  expect(await isSettled(reader.next())).toBe(false);
});

test('a reader who does not ask costs no reads', async () => {
  let reads = 0;
  const { log, append, ring } = newLog(async (page) => {
    reads += 1;
    return page;
  });
  const reader = tail(log, 0, quiet());
  for (let count = 0; count < 100; count += 1) {
    append();
    ring();
  }
  expect(await isSettled(take(reader, 1))).toBe(true);
  expect(reads).toBe(1);
});

test('return() ends a reader who waits, and stops it listening', async () => {
  const { log, bell } = newLog();
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  expect(bell.listeners).toBe(1);
  expect(await reader.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('return() before the first read, and twice, ends a reader as well', async () => {
  const { log, bell, append } = newLog();
  append();
  const reader = tail(log, 0, quiet());
  await reader.return?.();
  await reader.return?.();
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('return() during a read ends it without an item', async () => {
  const { pass, letGo } = gate();
  const { log, bell, append } = newLog(pass);
  append();
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  await reader.return?.();
  letGo();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('an abort is thrown to a reader who waits', async () => {
  const { log, bell } = newLog();
  const abort = new AbortController();
  const reader = tail(log, 0, abort.signal);
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  abort.abort(new Error('over'));
  await expect(next).rejects.toThrow('over');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('nothing is yielded after an abort, not even what has been read already', async () => {
  const { log, append } = newLog();
  append();
  append();
  const abort = new AbortController();
  const reader = tail(log, 0, abort.signal);
  expect(await take(reader, 1)).toEqual([1]);
  abort.abort(new Error('over'));
  await expect(reader.next()).rejects.toThrow('over');
});

test('an abort before the first read, or during one, yields nothing', async () => {
  const { pass, letGo } = gate();
  const { log, append, bell } = newLog(pass);
  append();
  await expect(tail(log, 0, AbortSignal.abort(new Error('over'))).next()).rejects.toThrow('over');
  const abort = new AbortController();
  const next = tail(log, 0, abort.signal).next();
  abort.abort(new Error('over'));
  letGo();
  await expect(next).rejects.toThrow('over');
  expect(bell.listeners).toBe(0);
});

test('an error in a read is thrown to the reader, and ends it', async () => {
  const { log, bell } = newLog(async () => {
    throw new Error('no disk');
  });
  const reader = tail(log, 0, quiet());
  await expect(reader.next()).rejects.toThrow('no disk');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('whatever comes in whatever order, a reader gets every item once and in order', async () => {
  const step = fc.constantFrom('append and ring', 'append', 'ring', 'let a read go', 'ask');
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.nat(4),
      fc.boolean(),
      async (steps, backlog, leaves) => {
        const { pass, letGo } = gate();
        const { log, append, ring, bell } = newLog(pass);
        let appended = 0;
        const add = () => {
          append();
          appended += 1;
        };
        for (let count = 0; count < backlog; count += 1) add();

        const reader = tail(log, 0, quiet());
        const received: number[] = [];
        let asking = false;
        let ended = false;
        /** One call of next() at a time, as executors do it. */
        const ask = () => {
          if (asking || ended) return;
          asking = true;
          reader.next().then(({ done, value }) => {
            asking = false;
            if (done) ended = true;
            else received.push(value);
          });
        };
        const actions = {
          'append and ring': () => {
            add();
            ring();
          },
          // Its ring is late: another one comes, at the latest at the end.
          append: add,
          ring,
          'let a read go': letGo,
          ask,
        };
        for (const name of steps) {
          actions[name]();
          await Promise.resolve();
        }
        if (leaves) {
          await reader.return?.();
          letGo();
        } else {
          ring();
          // Each round lets a read go and takes an item; a wake-up that is lost ends in one that
          // takes nothing.
          for (let round = 0; round < 2 * (appended + 2); round += 1) {
            ask();
            await new Promise((resolve) => setImmediate(resolve));
            letGo();
            await new Promise((resolve) => setImmediate(resolve));
          }
          expect(received).toHaveLength(appended);
          await reader.return?.();
        }
        await new Promise((resolve) => setImmediate(resolve));
        expect(received).toEqual(received.map((_, index) => index + 1));
        expect(asking).toBe(false);
        expect(bell.listeners).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
