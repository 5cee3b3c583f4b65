import { readFileSync } from 'node:fs';
import { introspectionFromSchema, specifiedScalarTypes } from 'graphql';
import { expect, test } from 'vitest';
import { schema, sdl } from '../../schema/index.ts';

test('schema.graphql matches the code', () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(
    committed,
    'schema/schema.graphql is stale: run `npm run schema` and review the changes',
  ).toBe(sdl);
});

test('introspection names the specification of every custom scalar', () => {
  const { __schema } = introspectionFromSchema(schema);
  const scalars = __schema.types.filter((type) => type.kind === 'SCALAR');
  const custom = scalars.filter(
    ({ name }) => !specifiedScalarTypes.some((one) => one.name === name),
  );
  expect(custom.map(({ name, specifiedByURL }) => [name, specifiedByURL])).toEqual([
    ['DateTime', 'https://scalars.graphql.org/andimarek/date-time'],
  ]);
});
