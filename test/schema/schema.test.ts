import { readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  specifiedScalarTypes,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema, sdl } from '../../schema/index.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

test('schema.graphql matches the code', () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(
    committed,
    'schema/schema.graphql is stale: run `npm run schema` and review the changes',
  ).toBe(sdl);
});

test('everything in the schema has a description', () => {
  const parts = types.flatMap(partsOf);
  expect(parts.filter(([, { description }]) => !description?.trim()).map(([path]) => path)).toEqual(
    [],
  );
  expect(parts.length).toBeGreaterThan(100);
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

test('a result is a union of one Success and Errors', () => {
  const results = types.filter(isUnionType);
  expect(results.length).toBeGreaterThan(0);
  for (const result of results) {
    const isError = (type: ReturnType<typeof result.getTypes>[number]) =>
      type.getInterfaces().some(({ name }) => name === 'Error');
    const others = result.getTypes().filter((type) => !isError(type));
    expect([result.name, others.map(({ name }) => name)]).toEqual([
      result.name,
      [result.name.replace(/Result$/, 'Success')],
    ]);
  }
});

test('the name of an Error ends in Error', () => {
  const names = schema.getPossibleTypes(schema.getType('Error') as never).map(({ name }) => name);
  expect(names.filter((name) => !name.endsWith('Error'))).toEqual([]);
});

type Described = readonly [path: string, { readonly description?: string | null | undefined }];

/** Lists a type and its parts, each with its path. */
function partsOf(type: GraphQLNamedType): Described[] {
  const within = (names: Readonly<Record<string, Described[1]>>) =>
    Object.entries(names).map(([name, part]): Described => [`${type.name}.${name}`, part]);
  const parts: Described[] = [[type.name, type]];
  if (isEnumType(type))
    parts.push(
      ...type.getValues().map((value): Described => [`${type.name}.${value.name}`, value]),
    );
  if (isInputObjectType(type)) parts.push(...within(type.getFields()));
  if (isObjectType(type) || isInterfaceType(type)) {
    parts.push(...within(type.getFields()));
    for (const field of Object.values(type.getFields())) {
      parts.push(
        ...field.args.map((arg): Described => [`${type.name}.${field.name}(${arg.name})`, arg]),
      );
    }
  }
  return parts;
}
