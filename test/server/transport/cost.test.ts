import { getIntrospectionQuery, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { operationCosts } from '../../../server/transport/cost.ts';

const costOf = operationCosts(schema);
const contextValue = { server: { limits: { maxPageSize: 100, maxQueryCost: 5_000 } } };

function fullCost(
  query: string,
  variableValues: Record<string, unknown> = {},
  operationName?: string,
) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return costOf({ schema, document, operationName, variableValues, contextValue });
}
const cost = (query: string, variables = {}) => fullCost(query, variables).cost;

const PAGE = 'accounts(first: 50) { edges { node { id } } }';

test('a field costs 1, and the fields of a page count once per item', () => {
  expect(fullCost(`{ ${PAGE} }`)).toEqual({ cost: 1 + 50 * 3, depth: 4 });
  expect(cost('{ accounts { edges { cursor } } }')).toBe(1 + 20 * 2);
  expect(cost('{ accounts(first: 1000000) { edges { cursor } } }')).toBe(1 + 100 * 2);
  expect(cost('{ accounts(first: -5) { edges { cursor } } viewer { id } }')).toBe(1 + 2);
});

test('a field in several fragments counts once', () => {
  const six = Array.from({ length: 6 }, (_, n) => `fragment F${n} on Query { ${PAGE} }`).join(' ');
  expect(cost(`{ ${PAGE} ...F0 ...F1 ...F2 ...F3 ...F4 ...F5 ... { ${PAGE} } } ${six}`)).toBe(
    cost(`{ ${PAGE} }`),
  );
  const nested =
    'fragment A on Account { id username } fragment B on Account { username createdAt }';
  expect(cost(`{ viewer { ...A } viewer { ...B } } ${nested}`)).toBe(4);
});

test('an aliased field counts again', () => {
  expect(cost(`{ ${PAGE} more: ${PAGE} }`)).toBe(2 * cost(`{ ${PAGE} }`));
});

test('the most expensive type of a union counts', () => {
  const send = (fields: string) =>
    cost(`mutation { sendMessage(input: { to: "a", text: "b" }) { ${fields} } }`);
  expect(send('... on InvalidTextError { reason limit actual }')).toBe(4);
  expect(
    send('... on InvalidTextError { reason limit actual } ... on MailboxFullError { limit }'),
  ).toBe(4);
  expect(send('... on Error { message } ... on MailboxFullError { limit }')).toBe(3);
});

test('a skipped field counts nothing', () => {
  expect(cost(`{ viewer { id } ${PAGE.replace('{', '@skip(if: true) {')} }`)).toBe(2);
  const maybe = `query ($all: Boolean!) { viewer { id } ... @include(if: $all) { ${PAGE} } }`;
  expect(cost(maybe, { all: false })).toBe(2);
  expect(cost(maybe, { all: true })).toBe(153);
});

test('the cost follows variables, their defaults and the operation name', () => {
  const query = `query A($n: Int = 50) { accounts(first: $n) { edges { cursor } } } query B { viewer { id } }`;
  expect(fullCost(query, {}, 'A').cost).toBe(101);
  expect(fullCost(query, { n: 2 }, 'A').cost).toBe(5);
  expect(fullCost(query, {}, 'B').cost).toBe(2);
});

test('the cost of a document is computed for its variables each time', () => {
  const document = parse('query ($n: Int) { accounts(first: $n) { edges { cursor } } }');
  const of = (n: number) => costOf({ schema, document, variableValues: { n }, contextValue }).cost;
  expect([of(1), of(50), of(1)]).toEqual([3, 101, 3]);
});

test('introspection has a cost that grows with the schema', () => {
  const whole = cost(getIntrospectionQuery());
  expect(whole).toBeGreaterThan(1_000);
  expect(whole).toBeLessThan(5_000);
  const twice = getIntrospectionQuery().replace('__schema', '__schema { ...All } again: __schema');
  expect(cost(`${twice} fragment All on __Schema { types { ...FullType } }`)).toBeGreaterThan(
    1.8 * whole,
  );
});
