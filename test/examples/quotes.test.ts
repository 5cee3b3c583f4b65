import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The echo bot belongs to the client package, whose README explains it. */
const files = globSync('examples/*.{sh,py,js}', { cwd: ROOT });
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const documentation = read('docs/clients.md');

test('docs/clients.md quotes each example in full', () => {
  const blocks = [...documentation.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(files.length).toBeGreaterThan(6);
  expect(files.filter((path) => !blocks.includes(read(path)))).toEqual([]);
});

test('each example has at most 30 lines of code', () => {
  const lengths = files.map((path) => [path, linesOfCode(read(path))]);
  expect(lengths.filter(([, length]) => Number(length) > 30)).toEqual([]);
});

test('docs/clients.md names the packages that the examples are tested with', () => {
  const packages = [...documentation.matchAll(/(?<= )(@?[a-z][\w/-]*)@([\d.]+)(?=[ `])/g)];
  expect(packages.length).toBeGreaterThan(10);
  for (const [, name = '', version] of packages)
    expect([name, JSON.parse(read(`node_modules/${name}/package.json`)).version]).toEqual([
      name,
      version,
    ]);
});

const DOCUMENT = /^(const )?\w+ ?= ?[\w ]*('''|'|`)(mutation|subscription).*?\2;?$/gms;

/** Counts the lines besides imports, GraphQL documents, comments and blank lines. */
const linesOfCode = (text: string) =>
  text
    .replaceAll(/^""".*?"""$/gms, '')
    .replaceAll(DOCUMENT, '')
    .split('\n')
    .filter((line) => !/^\s*(#|\/\/|$|import |from \S+ import )/.test(line)).length;
