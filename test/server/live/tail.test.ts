import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doorbell } from '../../../server/live/doorbell.ts';
import { tail } from '../../../server/live/tail.ts';

const PAGE = 3;

/** A reader that counts how often it is disposed of. */
const readerUntil = (ended: AbortSignal) => ({
  ended,
  disposals: 0,
  [Symbol.dispose]() {
    this.disposals += 1;
  },
});
const quiet = () => readerUntil(new AbortController().signal);

/** An in-memory log of the numbers 1, 2, 3 …. `read` answers a page as of when it began. */
function newLog(read: <Page>(page: Page) => Promise<Page> = async (page) => page) {
  const bell = doorbell();
  let length = 0;
  return {
    bell,
    append() {
      length += 1;
    },
    /** Rings, and hands over these items, if there are any. */
    ring: (...items: readonly number[]) =>
      items.length > 0 ? bell.ring('log', undefined, items) : bell.ring('log'),
    log: {
      listen: (heard: (items?: readonly number[]) => void) =>
        bell.listen('log', (_key, items) => heard(items as readonly number[])),
      pageSize: PAGE,
      read: (after: number) =>
        read(
          Array.from({ length: Math.min(PAGE, length - after) }, (_, index) => after + index + 1),
        ),
      position: (item: number) => item,
    },
  };
}

/** Holds reads until they are let go, one by one. */
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

/** Whether a promise settles without outside help. */
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

test('tail yields the items after a position over many pages, then each new item', async () => {
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

test('tail does not lose an item appended between listening and the first read', async () => {
  const { log, append, ring } = newLog();
  const reader = tail(log, 0, quiet());
  append();
  ring();
  expect(await take(reader, 1)).toEqual([1]);
});

test('tail reads again after a ring during a read', async () => {
  const { pass, letGo } = gate();
  const { log, append, ring } = newLog(pass);
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  // The read under way does not see this.
  append();
  ring();
  letGo();
  expect(await isSettled(next)).toBe(false);
  letGo();
  expect(await next).toEqual({ done: false, value: 1 });
});

test('tail ignores needless, repeated and late rings', async () => {
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

test('tail reads once for a page that is not full, and again after a full one', async () => {
  let reads = 0;
  const { log, append } = newLog(async (page) => {
    reads += 1;
    return page;
  });
  for (let count = 0; count < PAGE + 1; count += 1) append();
  const reader = tail(log, 0, quiet());
  await take(reader, PAGE + 1);
  expect(await isSettled(reader.next())).toBe(false);
  expect(reads).toBe(2);
});

test('tail takes what a ring hands over, and reads the log at a gap', async () => {
  let reads = 0;
  const { log, append, ring } = newLog(async (page) => {
    reads += 1;
    return page;
  });
  const reader = tail(log, 0, quiet());
  const first = reader.next();
  expect(await isSettled(first)).toBe(false);
  for (let count = 0; count < 5; count += 1) append();
  ring(1, 2);
  expect([(await first).value, ...(await take(reader, 1))]).toEqual([1, 2]);
  const third = reader.next();
  expect(await isSettled(third)).toBe(false);
  expect(reads).toBe(1);
  ring(2, 4);
  expect([(await third).value, ...(await take(reader, 2))]).toEqual([3, 4, 5]);
  expect(reads).toBe(2);
});

test('tail keeps at most a page of what is handed over to a slow reader', async () => {
  let reads = 0;
  const { log, append, ring } = newLog(async (page) => {
    reads += 1;
    return page;
  });
  const reader = tail(log, 0, quiet());
  const first = reader.next();
  expect(await isSettled(first)).toBe(false);
  for (let item = 1; item <= 10; item += 1) {
    append();
    ring(item);
  }
  expect([(await first).value, ...(await take(reader, 9))]).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect(reads).toBeGreaterThan(1);
});

test('tail does not read while its reader asks for nothing', async () => {
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

/** Follows a log, and keeps what `onTaken` is called with. */
function timedTail({ log }: ReturnType<typeof newLog>) {
  const taken: [count: number, lag: number | undefined][] = [];
  const onTaken = (count: number, lag?: number) => void taken.push([count, lag]);
  return { taken, reader: tail({ ...log, onTaken }, 0, quiet()) };
}

test('tail times each hand-over from its ring, and no backlog or needless ring', async () => {
  const numbers = newLog();
  const { append, ring } = numbers;
  append();
  const { taken, reader } = timedTail(numbers);
  await take(reader, 1);
  const next = reader.next();
  ring();
  expect(await isSettled(next)).toBe(false);
  append();
  ring(2);
  await next;
  append();
  ring();
  await take(reader, 1);
  const lag = expect.any(Number);
  expect(taken).toEqual([
    [1, undefined],
    [0, undefined],
    [1, lag],
    [1, lag],
  ]);
});

test('tail times a ring after a needless one from its own time, once it is level', async () => {
  const numbers = newLog();
  const { append, ring } = numbers;
  const { taken, reader } = timedTail(numbers);
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  ring();
  expect(await isSettled(next)).toBe(false);
  const rungAt = performance.now();
  append();
  append();
  ring(1);
  ring();
  await next;
  await take(reader, 1);
  const sinceRung = (performance.now() - rungAt) / 1_000;
  expect(taken).toEqual([
    [0, undefined],
    [0, undefined],
    [1, undefined],
    [1, expect.toSatisfy((seconds: number) => seconds <= sinceRung)],
  ]);
});

test('tail times a slow reader from the first ring until it is level', async () => {
  const numbers = newLog();
  const { append, ring } = numbers;
  const { taken, reader } = timedTail(numbers);
  const first = reader.next();
  append();
  ring(1);
  await first;
  append();
  ring(2);
  const rungAt = performance.now();
  for (let count = 0; count < 2 * PAGE; count += 1) append();
  await new Promise((resolve) => setTimeout(resolve, 20));
  ring(8);
  const lag = (performance.now() - rungAt) / 1_000;
  await take(reader, 7);
  expect(await isSettled(reader.next())).toBe(false);
  expect(taken.slice(-4)).toEqual([
    [1, undefined],
    [PAGE, undefined],
    [PAGE, undefined],
    [0, expect.toSatisfy((seconds: number) => seconds >= lag)],
  ]);
});

test('return() ends a waiting reader and stops it listening', async () => {
  const { log, bell } = newLog();
  const reader = tail(log, 0, quiet());
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  expect(bell.listeners).toBe(1);
  expect(await reader.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('return() before the first read, or twice, ends a reader and disposes of it once', async () => {
  const { log, bell, append } = newLog();
  append();
  const attendance = quiet();
  const reader = tail(log, 0, attendance);
  await reader.return?.();
  await reader.return?.();
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
  expect(attendance.disposals).toBe(1);
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

test('an abort is thrown to a waiting reader', async () => {
  const { log, bell } = newLog();
  const abort = new AbortController();
  const reader = tail(log, 0, readerUntil(abort.signal));
  const next = reader.next();
  expect(await isSettled(next)).toBe(false);
  abort.abort(new Error('over'));
  await expect(next).rejects.toThrow('over');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('tail yields nothing after an abort, not even items already read', async () => {
  const { log, append } = newLog();
  append();
  append();
  const abort = new AbortController();
  const reader = tail(log, 0, readerUntil(abort.signal));
  expect(await take(reader, 1)).toEqual([1]);
  abort.abort(new Error('over'));
  await expect(reader.next()).rejects.toThrow('over');
});

test('an abort before the first read, or during one, yields nothing', async () => {
  const { pass, letGo } = gate();
  const { log, append, bell } = newLog(pass);
  append();
  await expect(
    tail(log, 0, readerUntil(AbortSignal.abort(new Error('over')))).next(),
  ).rejects.toThrow('over');
  const abort = new AbortController();
  const next = tail(log, 0, readerUntil(abort.signal)).next();
  abort.abort(new Error('over'));
  letGo();
  await expect(next).rejects.toThrow('over');
  expect(bell.listeners).toBe(0);
});

test('a read error is thrown to the reader and ends it', async () => {
  const { log, bell } = newLog(async () => {
    throw new Error('no disk');
  });
  const reader = tail(log, 0, quiet());
  await expect(reader.next()).rejects.toThrow('no disk');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bell.listeners).toBe(0);
});

test('tail yields each item once and in order, whatever the order of events', async () => {
  const step = fc.constantFrom(
    'append and ring',
    'append and hand over',
    'hand over the last again',
    'append',
    'ring',
    'let a read go',
    'ask',
  );
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
        /** Calls next() one at a time, as executors do. */
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
          'append and hand over': () => {
            add();
            ring(appended);
          },
          'hand over the last again': () => {
            if (appended > 0) ring(appended);
          },
          // Its ring is late: it comes with a later step, or at the end.
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
          // Each round lets a read go and takes an item. After a lost wake-up it takes none.
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
