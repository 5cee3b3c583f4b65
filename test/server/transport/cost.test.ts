import { getIntrospectionQuery, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { scales } from '../../../server/transport/cost.ts';

const weigh = scales(schema);
const contextValue = { server: { limits: { maxPageSize: 100, maxQueryCost: 5_000 } } };

function weight(
  query: string,
  variableValues: Record<string, unknown> = {},
  operationName?: string,
) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return weigh({ schema, document, operationName, variableValues, contextValue });
}
const cost = (query: string, variables = {}) => weight(query, variables).cost;

const PAGE = 'accounts(first: 50) { edges { node { id } } }';

test('a field costs 1, and what is asked of the items of a page counts for each', () => {
  expect(weight(`{ ${PAGE} }`)).toEqual({ cost: 1 + 50 * 3, depth: 4 });
  expect(cost('{ accounts { edges { cursor } } }')).toBe(1 + 20 * 2);
  expect(cost('{ accounts(first: 1000000) { edges { cursor } } }')).toBe(1 + 100 * 2);
  expect(cost('{ accounts(first: -5) { edges { cursor } } viewer { id } }')).toBe(1 + 2);
});

test('a field that several fragments name counts once', () => {
  const six = Array.from({ length: 6 }, (_, n) => `fragment F${n} on Query { ${PAGE} }`).join(' ');
  expect(cost(`{ ${PAGE} ...F0 ...F1 ...F2 ...F3 ...F4 ...F5 ... { ${PAGE} } } ${six}`)).toBe(
    cost(`{ ${PAGE} }`),
  );
  const nested =
    'fragment A on Account { id username } fragment B on Account { username createdAt }';
  expect(cost(`{ viewer { ...A } viewer { ...B } } ${nested}`)).toBe(4);
});

test('what is asked under another name counts again', () => {
  expect(cost(`{ ${PAGE} more: ${PAGE} }`)).toBe(2 * cost(`{ ${PAGE} }`));
});

test('of the types of an answer the dearest counts', () => {
  const send = (fields: string) =>
    cost(`mutation { sendMessage(input: { to: "a", text: "b" }) { ${fields} } }`);
  expect(send('... on InvalidTextError { reason limit actual }')).toBe(4);
  expect(
    send('... on InvalidTextError { reason limit actual } ... on MailboxFullError { limit }'),
  ).toBe(4);
  expect(send('... on Error { message } ... on MailboxFullError { limit }')).toBe(3);
});

test('what is skipped counts nothing', () => {
  expect(cost(`{ viewer { id } ${PAGE.replace('{', '@skip(if: true) {')} }`)).toBe(2);
  const maybe = `query ($all: Boolean!) { viewer { id } ... @include(if: $all) { ${PAGE} } }`;
  expect(cost(maybe, { all: false })).toBe(2);
  expect(cost(maybe, { all: true })).toBe(153);
});

test('variables, their defaults, and the operation that is named decide', () => {
  const query = `query A($n: Int = 50) { accounts(first: $n) { edges { cursor } } } query B { viewer { id } }`;
  expect(weight(query, {}, 'A').cost).toBe(101);
  expect(weight(query, { n: 2 }, 'A').cost).toBe(5);
  expect(weight(query, {}, 'B').cost).toBe(2);
});

test('the same document weighs by its variables each time', () => {
  const document = parse('query ($n: Int) { accounts(first: $n) { edges { cursor } } }');
  const of = (n: number) => weigh({ schema, document, variableValues: { n }, contextValue }).cost;
  expect([of(1), of(50), of(1)]).toEqual([3, 101, 3]);
});

test('the schema costs like anything else', () => {
  const whole = cost(getIntrospectionQuery());
  expect(whole).toBeGreaterThan(1_000);
  expect(whole).toBeLessThan(5_000);
  const twice = getIntrospectionQuery().replace('__schema', '__schema { ...All } again: __schema');
  expect(cost(`${twice} fragment All on __Schema { types { ...FullType } }`)).toBeGreaterThan(
    1.8 * whole,
  );
});
