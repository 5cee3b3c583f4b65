import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { findChanges, findUnannounced } from '../../schema/changes.ts';
import { sdl } from '../../schema/index.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

test('the changelog announces each breaking change since the last release', () => {
  const changes = findChanges(buildSchema(read('schema/released.graphql')), buildSchema(sdl));
  const unannounced = findUnannounced(changes, read('CHANGELOG.md'));
  expect(
    unannounced.map(({ description }) => description),
    'CHANGELOG.md does not name these under **Breaking**, in its unreleased part',
  ).toEqual([]);
});

const RELEASED = `
  type Query { pets(first: Int, kind: Kind): [Pet!]! feed(input: Food!): Feeding! }
  enum Kind { CAT DOG }
  interface Named { name: String! }
  type Pet implements Named { name: String! age: Int! }
  input Food { grams: Int! }
  union Feeding = Pet | Full
  type Full { message: String! }
  type Unused { full: Full }
`;
const BREAKING: readonly [from: string, to: string, coordinates: readonly string[]][] = [
  ['age: Int!', '', ['Pet.age']],
  ['age: Int!', 'age: Int', ['Pet.age']],
  ['[Pet!]!', '[Pet!]', ['Query.pets']],
  ['first: Int, ', '', ['Query.pets(first:)']],
  ['first: Int', 'first: ID', ['Query.pets(first:)']],
  ['first: Int', 'first: Int, after: ID!', ['Query.pets(after:)']],
  ['grams: Int!', 'grams: Int! taste: String!', ['Food.taste']],
  ['CAT DOG', 'CAT', ['Kind.DOG']],
  ['Pet | Full', 'Pet', ['Full', 'Feeding']],
  ['Pet implements Named', 'Pet', ['Pet', 'Named']],
];

/** What changes when a part of the schema is replaced. */
const changesFrom = (from: string, to: string) =>
  findChanges(buildSchema(RELEASED), buildSchema(RELEASED.replace(from, to)));

test.for(BREAKING)('"%s" changed to "%s" is breaking until announced', ([from, to, names]) => {
  const changes = changesFrom(from, to);
  const breaking = changes.filter(({ risk }) => risk === 'breaking');
  expect(breaking.map(({ coordinates }) => coordinates)).toEqual([names]);
  expect(findUnannounced(changes, '## Unreleased\n')).toEqual(breaking);
  const announcement = names.map((name) => `\`${name}\``).join(' and ');
  expect(findUnannounced(changes, `## Unreleased\n- **Breaking**: ${announcement}.\n`)).toEqual([]);
});

test.for<[from: string, to: string, risk: string]>([
  ['age: Int!', 'age: Int! nickname: String', 'safe'],
  ['grams: Int!', 'grams: Int! taste: String', 'dangerous'],
  ['CAT DOG', 'CAT DOG BIRD', 'dangerous'],
])('"%s" changed to "%s" is %s and needs no announcement', ([from, to, risk]) => {
  const changes = changesFrom(from, to);
  expect(changes.map((change) => change.risk)).toEqual([risk]);
  expect(findUnannounced(changes, '')).toEqual([]);
});

test.for<[changelog: string]>([
  ['## Unreleased\n\n- **Breaking**: `Pet.age` is gone.\n'],
  ['## Unreleased\n\n### API\n- **Breaking**: a field is\n  gone: `Pet.age`.\n- Other.\n'],
  ['## Unreleased\n\n**Breaking**: see below.\n\n| was |\n| --- |\n| `Pet.age` |\n'],
])('the removal of a field is announced by %j', ([changelog]) => {
  expect(findUnannounced(changesFrom('age: Int!', ''), changelog)).toEqual([]);
});

test.for<[changelog: string]>([
  ['## Unreleased\n\n- `Pet.age` is gone.\n'],
  ['## Unreleased\n\n- **Breaking**: other.\n- `Pet.age` is new.\n'],
  ['## Unreleased\n\n- **Breaking**: other.\n\n### API\n`Pet.age` is new.\n'],
  ['## Unreleased\n\n- **Breaking**: `Pet.ageInYears` and Pet.age.\n'],
  ['## Unreleased\n\n## 1.0.0\n\n- **Breaking**: `Pet.age` is gone.\n'],
])('the removal of a field is not announced by %j', ([changelog]) => {
  expect(findUnannounced(changesFrom('age: Int!', ''), changelog)).toHaveLength(1);
});

test('npm run schema -- --diff lists the changes and leaves schema.graphql alone', () => {
  const before = read('schema/schema.graphql');
  const { status, stdout } = spawnSync(process.execPath, ['schema/print.ts', '--diff'], {
    cwd: fileURLToPath(ROOT),
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^\d+ breaking change.*^\d+ dangerous change.*^\d+ safe change/ms);
  expect(status).toBe(0);
  expect(read('schema/schema.graphql')).toBe(before);
});
