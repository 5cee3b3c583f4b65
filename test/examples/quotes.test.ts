import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The echo bot belongs to the client package, whose README explains it. */
const files = globSync('examples/**/*.{sh,py,ts,json}', { cwd: ROOT }).filter(
  (path) => !/__generated__|echo-bot/.test(path),
);
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

test('docs/clients.md quotes each example in full', () => {
  const blocks = [...read('docs/clients.md').matchAll(/^```\w+\n(.*?)^```$/gms)].map(
    ([, code]) => code,
  );
  expect(files.length).toBeGreaterThan(8);
  expect(files.filter((path) => !blocks.includes(read(path)))).toEqual([]);
});

test('each example has at most 30 lines of code besides imports and operations', () => {
  const lengths = files.map((path) => [path, linesOfCode(read(path))]);
  expect(lengths.filter(([, length]) => Number(length) > 30)).toEqual([]);
});

/** Without imports, blank lines, comments and GraphQL in quotes. */
const linesOfCode = (text: string) =>
  text
    .replaceAll(/"""[\s\S]*?"""|([A-Z]+ = )?('''|')(mutation|subscription)[\s\S]*?\2/g, '')
    .split('\n')
    .filter((line) => !/^\s*(#|\/\/|\/\*\*|import |from |$)/.test(line)).length;
