import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { mapLimits } from '../../../schema/limits.ts';
import { documents } from '../../../server/transport/documents.ts';
import { ASK_OVER, codes, overHttp, type Result } from '../../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';

const ways = Object.keys(ASK_OVER) as (keyof typeof ASK_OVER)[];
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** The reason why an operation was refused before it ran; undefined if it was not. */
const excess = ({ data, errors }: Result) =>
  data == null && errors?.[0]?.extensions?.code === 'LIMIT_EXCEEDED'
    ? errors[0].message
    : undefined;

test.for(ways)('an operation over the limits by %s is refused before it runs', async (way) => {
  const limits = { maxQueryTokens: 100, maxQueryDepth: 4, maxQueryCost: 100 };
  const { chat, alice } = await newChatWith({ limits }, 'alice');
  const ask = (query: string, variables = {}) =>
    ASK_OVER[way]({ url: chat.url, query, variables, token: alice.token });

  expect(await ask('{ accounts { edges { node { username } } } }')).toMatchObject({
    data: { accounts: {} },
  });
  const depth = 'The depth of this operation is 5; the limit is 4.';
  expect(excess(await ask('{ pendingMessages { edges { node { sender { id } } } } }'))).toBe(depth);
  const fragments =
    'fragment A on MessageConnection { edges { ...B } } fragment B on MessageEdge { node { sender { id } } }';
  expect(excess(await ask(`{ pendingMessages { ...A } } ${fragments}`))).toBe(depth);

  const cost = 'The cost of this operation is 151; the limit is 100.';
  const page = (first: string) => `accounts(first: ${first}) { edges { node { id } } }`;
  expect(excess(await ask(`{ ${page('50')} }`))).toBe(cost);
  expect(excess(await ask(`query ($first: Int) { ${page('$first')} }`, { first: 50 }))).toBe(cost);
  expect(excess(await ask(`query ($first: Int = 50) { ${page('$first')} }`))).toBe(cost);
  expect(
    excess(await ask(`{ ${times(3, (n) => `a${n}: accounts { edges { cursor } }`)} }`)),
  ).toMatch(/cost/);

  expect(excess(await ask(`{ ${times(101, () => 'id')} }`))).toMatch(/token/);
});

test('a negative page size does not reduce the cost of an operation', async () => {
  const { chat } = await newChatWith({ limits: { maxQueryCost: 100 } });
  const query = `{ less: accounts(first: -1000000) { edges { cursor } } more: accounts(first: 100) { edges { cursor } } }`;
  expect(excess(await overHttp({ url: chat.url, query }))).toMatch(/cost/);
});

test('one operation checks at most one password, whatever its aliases', async () => {
  const { chat, alice } = await newChat('alice');
  const { url } = chat;
  const operation = (fields: string) => `mutation ($in: LoginInput!) { ${fields} }`;
  const variables = { in: { username: 'alice', password: PASSWORD, ifOnline: 'JOIN' } };
  const login = 'login(input: $in) { __typename }';
  const greedy = [
    times(2, (n) => `a${n}: ${login}`),
    times(1_000, (n) => `a${n}: ${login}`),
    `a: ${login} ... { b: ${login} }`,
    `a: ${login} ...More } fragment More on Mutation { b: ${login}`,
    `${login} createAccount(input: { username: "bob", password: "${PASSWORD}" }) { __typename }`,
    `${login} deleteAccount(input: { username: "alice", password: "${PASSWORD}" }) { __typename }`,
    `${login} changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another one" }) { __typename }`,
  ];
  const sessions = async () =>
    (await chat.app.store.db.selectFrom('session').select('id').execute()).length;
  const before = await sessions();
  for (const way of ways) {
    for (const fields of greedy) {
      const asking = { url, query: operation(fields), variables, token: alice.token };
      expect(excess(await ASK_OVER[way](asking)), `${way} ${fields}`).toBeDefined();
    }
  }
  expect(await sessions()).toBe(before);
  expect(await overHttp({ url, query: operation(login), variables })).toEqual({
    data: { login: { __typename: 'LoginSuccess' } },
  });
  expect(await sessions()).toBe(before + 1);
});

test('a batch of operations is refused', async () => {
  const { chat } = await newChat();
  const operation = { query: '{ viewer { id } }' };
  const response = await fetch(`${chat.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([operation, operation]),
  });
  expect(response.status).toBe(400);
  expect(codes((await response.json()) as Result)).toEqual(['BAD_USER_INPUT']);
});

test('introspection works on every transport, but not in circles', async () => {
  const { chat } = await newChat();
  for (const way of ways) {
    const { data } = await ASK_OVER[way]({ url: chat.url, query: getIntrospectionQuery() });
    expect(data).toMatchObject({ __schema: { queryType: { name: 'Query' } } });
  }
  const circles = `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} } '.repeat(5)} } } }`;
  expect(codes(await overHttp({ url: chat.url, query: circles }))).toContain('BAD_USER_INPUT');
});

test('INTROSPECTION=false disables introspection, but not /schema.graphql', async () => {
  const { chat } = await newChatWith({ settings: { INTROSPECTION: 'false' } });
  const { url } = chat;
  for (const way of ways) {
    const result = await ASK_OVER[way]({ url, query: '{ __schema { queryType { name } } }' });
    expect([result.data ?? null, codes(result)[0]]).toEqual([null, 'BAD_USER_INPUT']);
    expect(
      codes(await ASK_OVER[way]({ url, query: '{ __type(name: "Query") { name } }' })),
    ).toEqual(['BAD_USER_INPUT']);
  }
  expect(await overHttp({ url, query: '{ __typename }' })).toEqual({
    data: { __typename: 'Query' },
  });
  expect(await (await fetch(`${url}/schema.graphql`)).text()).toContain('type Query');
});

test.for([
  ['documents', (text: string) => `{ accounts(matching: "${text}") { edges { cursor } } }`],
  ['malformed documents', (text: string) => `{ ${text}`],
] as const)('%s stay prepared up to a total size, the latest longest', async ([, document]) => {
  const limits = { ...mapLimits((_name, limit) => limit.default), maxQueryBytes: 30_000 };
  const prepared = documents({ limits, introspection: true }, { countRefusal() {} });
  const sources = Array.from({ length: 300 }, (_, n) => document(`x${n}${'x'.repeat(25_000)}`));
  for (const source of sources) prepared.get(source);
  let waits = 0;
  for (const source of sources) await prepared.turn(source, { nextTurn: async () => void waits++ });
  expect(sources.length - waits).toBe(Math.floor(500_000 / 25_050));
  await prepared.turn(sources.at(-1), {
    nextTurn: () => expect.fail('The latest is not prepared.'),
  });
});
