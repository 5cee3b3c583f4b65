import { expect, onTestFinished, test, vi } from 'vitest';
import { follow, type Source } from '../../../server/live/follow.ts';

const quiet = () => ({ ended: new AbortController().signal, [Symbol.dispose]() {} });
const nothing: Source<string> = { listen: () => () => {}, read: async () => [] };

/** Stops timers. I/O continues. */
function holdClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

test('follow reads when a read is due, without a ring', async () => {
  holdClock();
  let now = 0;
  const reader = follow(
    { ...nothing, read: async () => (now < 5_000 ? [] : ['late']), dueIn: () => 5_000 - now },
    quiet(),
  );
  const next = reader.next();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(vi.getTimerCount()).toBe(1);
  now = 5_000;
  await vi.advanceTimersByTimeAsync(1);
  expect(await next).toEqual({ done: false, value: 'late' });
});

test.each([
  ['is quiet', async () => []],
  ['is away', () => Promise.reject(new Error('away'))],
])('a reader who leaves a source that %s leaves no timer', async (_, answer) => {
  holdClock();
  let letGo = (): void => {};
  const held = () =>
    new Promise<void>((resolve) => {
      letGo = resolve;
    }).then(answer);
  for (const read of [answer, held]) {
    const reader = follow({ ...nothing, read, dueIn: () => 45_000, isOutage: () => true }, quiet());
    const next = reader.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.getTimerCount()).toBe(read === held ? 0 : 1);
    await reader.return?.();
    letGo();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  }
});
