import { expect, test } from 'vitest';
import { tokenBucket } from '../../../server/transport/token-bucket.ts';

test('a bucket gives what comes in a second at once, then as many a second', () => {
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

test('who takes more than there is waits the longer', () => {
  let now = 0;
  const bucket = tokenBucket(10, () => now);
  for (let taken = 0; taken < 30; taken += 1) bucket.take();
  expect(bucket.wait()).toBe(2_100);
  now = 2_100;
  expect(bucket.wait()).toBe(0);
});
