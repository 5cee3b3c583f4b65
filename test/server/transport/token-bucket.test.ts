import { expect, test } from 'vitest';
import { tokenBucket } from '../../../server/transport/token-bucket.ts';

test('a bucket gives one second of tokens at once, then refills evenly', () => {
  let now = 0;
  const bucket = tokenBucket(10, () => now);
  for (let taken = 0; taken < 10; taken += 1) {
    expect(bucket.wait()).toBe(0);
    bucket.take();
  }
  expect(bucket.wait()).toBe(100);
  now = 100;
  expect(bucket.wait()).toBe(0);
  bucket.take();
  expect(bucket.wait()).toBe(100);
  expect(bucket.full).toBe(false);
  now = 60_000;
  expect(bucket.full).toBe(true);
});

test('a bucket in debt makes the next wait longer', () => {
  let now = 0;
  const bucket = tokenBucket(10, () => now);
  for (let taken = 0; taken < 30; taken += 1) bucket.take();
  expect(bucket.wait()).toBe(2_100);
  now = 2_100;
  expect(bucket.wait()).toBe(0);
});
