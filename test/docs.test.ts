import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SETTINGS } from '../server/settings.ts';

const root = new URL('../', import.meta.url);
const names = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'client/core/README.md',
  ...names.map((name) => `docs/${name}`),
];

test('the README lists each setting with its default and meaning', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  for (const { name, default: value, description } of SETTINGS) {
    expect(readme).toContain(`| \`${name}\` | \`${value}\` | ${description} |`);
  }
});

test.each(documents)('%s mentions only files that exist', (document) => {
  const text = readFileSync(new URL(document, root), 'utf8');
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(
    ([, path = '']) => new URL(path, new URL(document, root)),
  );
  const paths = [
    ...text.matchAll(/`((?:schema|server|client|test|docs|bench|examples)\/[\w./-]*)`/g),
  ].map(([, path = '']) => new URL(path, root));
  expect([...links, ...paths].filter((path) => !existsSync(path)).map(String)).toEqual([]);
});
