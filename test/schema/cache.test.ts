import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cacheJson } from '../../schema/cache.ts';

test('cache.json matches the code', () => {
  const committed = readFileSync(new URL('../../schema/cache.json', import.meta.url), 'utf8');
  expect(committed, 'schema/cache.json is stale: run `npm run schema`').toBe(cacheJson);
});
