import { expect, test } from 'vitest';
import { RateLimitedError } from '../../../schema/errors.ts';
import { rateLimit, take } from '../../../server/domain/rate-limit.ts';

const retryAfter = (attempt: () => unknown): number => {
  try {
    attempt();
    return 0;
  } catch (error) {
    if (error instanceof RateLimitedError) return error.retryAfter;
    throw error;
  }
};

test('a rate limit counts each key apart and frees it after the wait it returns', () => {
  const limiter = rateLimit(2, 10);
  const attempt = (key: string, now: number) => retryAfter(() => take(now, [limiter, key]));
  expect([attempt('a', 1_000), attempt('a', 5_000)]).toEqual([0, 0]);
  expect(attempt('a', 7_000)).toBe(4_000);
  expect(attempt('b', 7_000)).toBe(0);
  expect(attempt('a', 10_999)).toBe(1);
  expect(attempt('a', 11_000)).toBe(0);
});

test('take counts with all limits or none and reports the longest wait', () => {
  const [short, long] = [rateLimit(1, 10), rateLimit(1, 60)];
  take(0, [short, 'a']);
  take(0, [long, 'b']);
  expect(retryAfter(() => take(0, [short, 'a'], [long, 'b']))).toBe(60_000);
  expect(retryAfter(() => take(0, [short, 'a'], [long, 'c']))).toBe(10_000);
  expect(retryAfter(() => take(0, [long, 'c']))).toBe(0);
});

test("takeBack affects the event's own count and no later one", () => {
  const limiter = rateLimit(1, 10);
  const [first] = take(0, [limiter, 'a']);
  const [second] = take(10_000, [limiter, 'a']);
  if (!first || !second) throw new Error('Each is counted.');
  limiter.takeBack(first);
  expect(limiter.wait('a', 10_000)).toBe(10_000);
  limiter.takeBack(second);
  expect(limiter.wait('a', 10_000)).toBe(0);
});

test('a rate limit keeps at most 100,000 keys and drops the oldest', () => {
  const limiter = rateLimit(1, 1_000);
  for (let number = 0; number <= 100_000; number += 1) limiter.count(`key ${number}`, number);
  expect(limiter.wait('key 0', 100_000)).toBe(0);
  expect(limiter.wait('key 1', 100_000)).toBe(900_001);
  expect(limiter.wait('key 100000', 100_000)).toBe(1_000_000);
});

test('an expired key makes way for others', () => {
  const limiter = rateLimit(1, 1);
  for (let now = 0; now < 10_000; now += 100) limiter.count('again', now);
  limiter.count('once', 9_950);
  expect(limiter.wait('again', 9_951)).toBeGreaterThan(0);
  expect(limiter.wait('once', 9_951)).toBe(999);
});
