import { expect, test } from 'vitest';
import { newId } from '../../../server/store/id.ts';

test('ids sort in the order in which they are made, within a millisecond too', () => {
  const ids = Array.from({ length: 10_000 }, () => newId());
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
