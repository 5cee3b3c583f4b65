import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const unindented = (code: string) => code.replaceAll(/^ +/gm, '');

test('docs/caches.md quotes the code that its tests run', () => {
  const files = ['conversation-list.ts', 'apollo.ts', 'graphcache.ts', 'relay.ts'];
  const code = unindented(files.map((file) => read(file)).join(''));
  const quotes = Array.from(
    read('../../docs/caches.md').matchAll(/```ts\n(.+?)```/gs),
    ([, quote = '']) => unindented(quote),
  );
  expect(quotes.length).toBeGreaterThan(4);
  expect(quotes.filter((quote) => !code.includes(quote))).toEqual([]);
});
