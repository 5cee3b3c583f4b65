import { auditServer } from 'graphql-http';
import { expect, test } from 'vitest';
import { codes, overHttp, post, type Result } from '../../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { metricsOf } from '../../support/process.ts';

const CREATE = `mutation { createAccount(input: { username: "alice", password: "${PASSWORD}" }) { __typename } }`;

test('the server passes all GraphQL-over-HTTP audits', async () => {
  const { chat } = await newChat();
  const audits = await auditServer({ url: `${chat.url}/graphql` });
  expect(
    audits.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`),
  ).toEqual([]);
  expect(audits).toHaveLength(61);
});

test('a body over the limit is refused, with or without a length', async () => {
  const { chat } = await newChatWith({ limits: { maxRequestBytes: 1_000 } });
  const body = JSON.stringify({ query: `{ __typename } # ${'x'.repeat(1_000)}` });
  const inPieces = new Blob([body]).stream();
  for (const init of [{ body }, { body: inPieces, duplex: 'half' }]) {
    const response = await fetch(`${chat.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(init as RequestInit),
    });
    expect(response.status).toBe(413);
    expect(codes((await response.json()) as Result)).toEqual(['LIMIT_EXCEEDED']);
  }
  expect((await post({ url: chat.url, query: `{ __typename } # ${'x'.repeat(900)}` })).status).toBe(
    200,
  );
});

const form = new URLSearchParams({ query: CREATE });
const multipart = new FormData();
multipart.set('operations', JSON.stringify({ query: CREATE }));
multipart.set('map', '{}');
const json = JSON.stringify({ query: CREATE });

test.for<[kind: string, RequestInit]>([
  ['a form', { body: form }],
  ['a form with files', { body: multipart }],
  ['plain text', { body: json, headers: { 'content-type': 'text/plain' } }],
  [
    'text that mentions JSON',
    { body: json, headers: { 'content-type': 'text/plain; application/json' } },
  ],
  ['a bare query', { body: CREATE, headers: { 'content-type': 'application/graphql' } }],
  ['a body without a type', { body: new Blob([json]) }],
])('%s is refused as an operation', async ([, init]) => {
  const { chat } = await newChat();
  const response = await fetch(`${chat.url}/graphql`, { method: 'POST', ...init });
  expect(response.status).toBe(415);
  expect(codes((await response.json()) as Result)).toEqual(['BAD_USER_INPUT']);
  expect(await overHttp({ url: chat.url, query: '{ accounts { edges { cursor } } }' })).toEqual({
    data: { accounts: { edges: [] } },
  });
});

test('GET runs a query, but not a mutation', async () => {
  const { chat } = await newChat();
  const get = (query: string) => fetch(`${chat.url}/graphql?${new URLSearchParams({ query })}`);
  expect(await (await get('{ __typename }')).json()).toEqual({ data: { __typename: 'Query' } });
  const response = await get(CREATE);
  expect([response.status, codes((await response.json()) as Result)]).toEqual([
    405,
    ['BAD_USER_INPUT'],
  ]);
  expect(await overHttp({ url: chat.url, query: '{ accounts { edges { cursor } } }' })).toEqual({
    data: { accounts: { edges: [] } },
  });
});

test('the Authorization scheme is case-insensitive', async () => {
  const { chat, alice } = await newChat('alice');
  const viewer = async (authorization: string) =>
    (await overHttp({ url: chat.url, query: '{ viewer { username } }' }, { authorization })).data
      ?.viewer;
  expect(await viewer(`Bearer ${alice.token}`)).toEqual({ username: 'alice' });
  expect(await viewer(`bearer  ${alice.token}`)).toEqual({ username: 'alice' });
  expect(await viewer(`Basic ${alice.token}`)).toBeNull();
  expect(await viewer(`Bearer ${alice.token}x`)).toBeNull();
});

const WRONG = { __typename: 'InvalidCredentialsError' };
const TOO_MANY = { __typename: 'RateLimitedError' };

test('X-Forwarded-For counts only from a proxy, and only its last address', async () => {
  const guess = (url: string, forwarded: string) =>
    overHttp(
      {
        url,
        query: `mutation { login(input: { username: "eve", password: "${PASSWORD}" }) { __typename } }`,
      },
      { 'x-forwarded-for': forwarded },
    ).then(({ data }) => data?.login);
  const limits = { maxLoginsPerQuarterHour: 1 };

  const { chat: open } = await newChatWith({ limits });
  expect(await guess(open.url, '1.1.1.1')).toEqual(WRONG);
  expect(await guess(open.url, '2.2.2.2')).toEqual(TOO_MANY);

  const { chat: proxied } = await newChatWith({ limits, settings: { PROXY_HOPS: '1' } });
  expect(await guess(proxied.url, '1.1.1.1')).toEqual(WRONG);
  expect(await guess(proxied.url, '2.2.2.2')).toEqual(WRONG);
  expect(await guess(proxied.url, '3.3.3.3, 2.2.2.2')).toEqual(TOO_MANY);
});

test('/readyz answers 503 without a store, and /healthz 200', async () => {
  const { chat } = await newChat();
  const get = async (path: string) => {
    const response = await fetch(chat.url + path);
    return [response.status, await response.text()];
  };
  expect(await get('/healthz')).toEqual([200, 'alive\n']);
  expect(await get('/readyz')).toEqual([200, 'ready\n']);
  await chat.app.store.db.destroy();
  // An answer is reused for a second.
  await expect.poll(() => get('/readyz')).toEqual([503, 'not ready\n']);
  expect(await get('/healthz')).toEqual([200, 'alive\n']);
});

test('/metrics counts sockets, listeners and operations by outcome', async () => {
  const { chat, alice } = await newChat('alice');
  await alice.ask('{ viewer { username } }', {});
  await overHttp({ url: chat.url, query: '{ mailbox { pendingCount } }' });
  const text = await (await fetch(`${chat.url}/metrics`)).text();
  expect(text).toContain('parley_operations_total{kind="query",outcome="ok"} 1\n');
  expect(text).toContain('parley_operations_total{kind="query",outcome="UNAUTHENTICATED"} 1\n');
  const metrics = await metricsOf(chat.url);
  expect(metrics('parley_sockets')).toBe(1);
  expect(metrics('parley_doorbell_listeners')).toBe(1);
  // On PostgreSQL a notification may be on its way while both are read.
  const traffic = async () => {
    const count = await metricsOf(chat.url);
    const notifications = (direction: string) =>
      count(`parley_doorbell_notifications_total{direction="${direction}"}`);
    const { sent, received } = chat.app.services.bell.traffic;
    return [notifications('sent') - sent, notifications('received') - received];
  };
  await expect.poll(traffic).toEqual([0, 0]);
  expect(metrics('process_resident_memory_bytes')).toBeGreaterThan(0);
});
