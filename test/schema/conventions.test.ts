import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { partsOf, type SchemaPart, typesOf } from '../support/schema-parts.ts';

const CAMEL_CASE = /^[a-z]+([A-Z][a-z]+)*$/;
const STYLES: Record<SchemaPart['kind'], RegExp> = {
  type: /^([A-Z][a-z]+)+$/,
  field: CAMEL_CASE,
  argument: CAMEL_CASE,
  'input field': CAMEL_CASE,
  'enum value': /^[A-Z]+(_[A-Z]+)*$/,
};

const types = typesOf(schema);
const objects = types.filter(isObjectType);
const parts = partsOf(schema);
const coordinatesOf = (some: readonly SchemaPart[]) => some.map(({ coordinate }) => coordinate);

test('everything in the schema has a description', () => {
  expect(parts.length).toBeGreaterThan(100);
  expect(coordinatesOf(parts.filter(({ description }) => !description?.trim()))).toEqual([]);
});

test('a deprecated part of the schema says what to use instead', () => {
  const unexplained = parts.filter(({ deprecationReason: reason }) =>
    ['', 'No longer supported'].includes(reason?.trim() ?? 'not deprecated'),
  );
  expect(coordinatesOf(unexplained)).toEqual([]);
});

test('names in the schema have the case of their kind', () => {
  const others = parts.filter(({ kind, name }) => !STYLES[kind].test(name));
  expect(coordinatesOf(others)).toEqual([]);
});

test.for<[ending: string, isOfKind: (type: GraphQLNamedType) => boolean]>([
  ['Input', isInputObjectType],
  ['Result', isUnionType],
  ['Error', (type) => isObjectType(type) && has(type, 'Error')],
  ['Connection', (type) => isObjectType(type) && 'edges' in type.getFields()],
  ['Edge', (type) => isObjectType(type) && 'cursor' in type.getFields()],
])('the types of a kind, and no others, end in %s', ([ending, isOfKind]) => {
  const named = types.filter(({ name }) => name.endsWith(ending) && name !== ending);
  expect(named.length).toBeGreaterThan(0);
  expect(named.map(String)).toEqual(types.filter(isOfKind).map(String));
});

test('a result is a union of one Success and Errors', () => {
  for (const result of types.filter(isUnionType)) {
    const success = result.getTypes().filter((member) => !has(member, 'Error'));
    expect(success.map(String)).toEqual([result.name.replace(/Result$/, 'Success')]);
  }
});

test('a mutation has at most one argument, its input, and returns its own result', () => {
  for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const operation = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    expect(`${name}: ${type}`).toBe(`${name}: ${operation}Result!`);
    expect(['', `input: ${operation}Input!`]).toContain(args.map(signatureOf).join());
  }
});

test('a list contains no null', () => {
  const lists = parts.filter(({ type }) => isListType(getNullableType(type)));
  expect(lists.length).toBeGreaterThan(0);
  expect(lists.filter(({ type }) => !/^\[\w+!\]!$/.test(`${type}`))).toEqual([]);
});

test('a connection has the fields that Relay reads', () => {
  for (const connection of objects.filter(({ name }) => name.endsWith('Connection'))) {
    const item = connection.name.replace(/Connection$/, '');
    expect(fieldsOf(connection)).toEqual([`edges: [${item}Edge!]!`, 'pageInfo: PageInfo!']);
    expect(fieldsOf(schema.getType(`${item}Edge`))).toEqual(['cursor: String!', `node: ${item}!`]);
  }
  expect(fieldsOf(schema.getType('PageInfo'))).toEqual([
    'endCursor: String',
    'hasNextPage: Boolean!',
    'hasPreviousPage: Boolean!',
    'startCursor: String',
  ]);
});

test('a field that returns a connection has the arguments of pagination', () => {
  const paged = objects
    .flatMap((type) => Object.values(type.getFields()))
    .filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
  expect(paged.length).toBeGreaterThan(0);
  for (const field of paged) {
    const args = field.args.map(signatureOf);
    expect(args, `${field}`).toEqual(expect.arrayContaining(['first: Int', 'after: String']));
    expect(args.includes('last: Int'), `${field}`).toBe(args.includes('before: String'));
  }
});

test('a type with an id, and no other, is a Node', () => {
  const withId = objects.filter((type) => 'id' in type.getFields());
  expect(withId.length).toBeGreaterThan(0);
  expect(withId.map(String)).toEqual(objects.filter((type) => has(type, 'Node')).map(String));
});

test('every type of the schema can be reached from an operation', () => {
  const reachable = new GraphQLSchema({
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  });
  expect(types.filter(({ name }) => !reachable.getType(name)).map(String)).toEqual([]);
});

const has = (type: GraphQLObjectType, name: string) =>
  type.getInterfaces().some((each) => each.name === name);

const signatureOf = ({ name, type }: { name: string; type: unknown }) => `${name}: ${type}`;

const fieldsOf = (type: GraphQLNamedType | undefined) =>
  isObjectType(type) ? Object.values(type.getFields()).map(signatureOf).toSorted() : [];
