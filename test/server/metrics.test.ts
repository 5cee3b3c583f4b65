import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { BlockAccount } from '../../client/core/documents/block.ts';
import type { Limits } from '../../schema/limits.ts';
import { overHttp, post } from '../support/ask.ts';
import { newChat, newChatWith } from '../support/chat.ts';
import { metricsOf } from '../support/process.ts';
import type { TestClient } from '../support/test-client.ts';
import { openWire } from '../support/wire.ts';

/** 15 KB in fewer code points than a text may have. */
const LONG = '𠮷'.repeat(3_900);

/** What happens to clients and messages; not what the server does by itself. */
const COUNTERS =
  /^(parley_(?:operations|requests_refused|connections_limited|messages_\w+|socket_closes)_total|parley_\w+_duration_seconds_count)/;

/** Reads the counters of a server. */
async function countersOf(url: string): Promise<Map<string, number>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const counters = lines.filter((line) => COUNTERS.test(line)).map((line) => line.split(' '));
  return new Map(counters.map(([name, value]) => [String(name), Number(value)]));
}

/** Returns the counters that an action moves, and by how much. */
async function movedBy(url: string, action: () => Promise<unknown>) {
  const before = await countersOf(url);
  await action();
  const moved: Record<string, number> = {};
  for (const [name, value] of await countersOf(url)) {
    const difference = value - (before.get(name) ?? 0);
    if (difference !== 0) moved[name] = difference;
  }
  return moved;
}

/** The counters of mutations of one field. */
const mutations = (field: string, outcome: string, count = 1) => ({
  [`parley_operations_total{kind="mutation",outcome="${outcome}"}`]: count,
  [`parley_operation_duration_seconds_count{field="${field}",outcome="${outcome}"}`]: count,
});

const subscriptions = (field: string) => `parley_subscriptions{field="${field}"}`;

const send = (to: string) =>
  `mutation { sendMessage(input: { to: "${to}", text: "hello" }) { __typename } }`;

test('wrong logins move their outcome alone', async () => {
  const { chat } = await newChat('alice');
  const query =
    'mutation { login(input: { username: "alice", password: "wrong horse" }) { __typename } }';
  expect(
    await movedBy(chat.url, async () => {
      for (let n = 0; n < 3; n += 1) await overHttp({ url: chat.url, query });
    }),
  ).toEqual(mutations('login', 'InvalidCredentialsError', 3));
});

test('a refused send moves the outcome of its type, and stores nothing', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await bob.ask(BlockAccount, { input: { account: 'alice' } });
  const { url, token } = alice;
  const refused = await movedBy(chat.url, () => overHttp({ url, token, query: send('bob') }));
  expect(refused).toEqual({
    ...mutations('sendMessage', 'RecipientBlockedError'),
    parley_commit_duration_seconds_count: 1,
  });
});

test('a message moves sent, and delivered once for each subscription', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const subscriptions = [bob, await chat.login('bob')].map((client) => client.read());
  const { url, token } = alice;
  const moved = await movedBy(chat.url, async () => {
    await overHttp({ url, token, query: send('bob') });
    for (const { shown } of subscriptions) await shown(1);
  });
  // The recipients' acknowledgements count as mutations, before or after this.
  expect(moved).toMatchObject({
    'parley_operation_duration_seconds_count{field="sendMessage",outcome="ok"}': 1,
    parley_messages_sent_total: 1,
    parley_messages_delivered_total: 2,
  });
});

test('a repeat of a clientMessageId moves its operation, and not the messages sent', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const { url, token } = alice;
  const query = send('bob').replace('to:', 'clientMessageId: "1", to:');
  const operation = {
    ...mutations('sendMessage', 'ok'),
    parley_commit_duration_seconds_count: 1,
  };
  const sendOnce = () => movedBy(chat.url, () => overHttp({ url, token, query }));
  expect(await sendOnce()).toEqual({ ...operation, parley_messages_sent_total: 1 });
  expect(await sendOnce()).toEqual(operation);
});

test('requests over the rate limit of an address move that reason alone', async () => {
  const { chat } = await newChatWith({
    limits: { maxOperationsPerSecondPerAddress: 5 },
    settings: { PROXY_HOPS: '1' },
  });
  const headers = { 'x-forwarded-for': '192.0.2.1' };
  let refused = 0;
  const moved = await movedBy(chat.url, async () => {
    const ask = async () => (await fetch(`${chat.url}/healthz`, { headers })).status;
    const statuses = await Promise.all(Array.from({ length: 100 }, ask));
    refused = statuses.filter((status) => status === 429).length;
  });
  expect(refused).toBeGreaterThan(0);
  expect(moved).toEqual({ 'parley_requests_refused_total{reason="rate"}': refused });
});

/** Sends more operations than a limit of ten a second lets through without a pause. */
async function askOften(url: string, token: string | undefined): Promise<void> {
  const wire = await openWire(url, token);
  for (let n = 0; n < 20; n += 1) wire.ask(String(n), '{ __typename }');
  await wire.received(({ type }) => type === 'next', 20);
}

test.for<[keyof Limits, number, string, (client: TestClient) => Promise<unknown>]>([
  [
    'maxOperationsPerSecond',
    10,
    'MAX_OPERATIONS_PER_SECOND',
    ({ url, token }) => askOften(url, token),
  ],
  [
    'maxOperationsPerSecondPerAddress',
    10,
    'MAX_OPERATIONS_PER_SECOND_PER_ADDRESS',
    ({ url, token }) => askOften(url, token),
  ],
  [
    'maxSocketsPerAccount',
    1,
    'MAX_SOCKETS_PER_ACCOUNT',
    ({ url, token }) => expect(openWire(url, token)).rejects.toThrow('The socket closed'),
  ],
  [
    'maxConnectionsPerAddress',
    4,
    'MAX_CONNECTIONS_PER_ADDRESS',
    ({ url }) =>
      expect(
        Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/healthz`))),
      ).rejects.toThrow(),
  ],
])('a client that reaches %s moves the figure of that limit alone', async (row) => {
  const [limit, value, label, reach] = row;
  const { chat, alice } = await newChatWith({ limits: { [limit]: value } }, 'alice');
  // Not over HTTP, where the limit may be in the way.
  const figures = async () =>
    (await chat.app.metrics.text()).match(/^parley_connections_limited.*/gm);
  await reach(alice);
  const [first, ...others] = (await figures())?.filter((line) => !line.endsWith(' 0')) ?? [];
  expect(first).toContain(`{limit="${label}"}`);
  expect(others).toEqual([]);
});

test('a subscription too many moves the reason concurrency alone', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxSubscriptionsPerSocket: 1 } }, 'alice');
  const wire = await openWire(chat.url, alice.token);
  const open = async () => (await metricsOf(chat.url))(subscriptions('messageReceived'));
  wire.ask('1', 'subscription { messageReceived { id } }');
  await expect.poll(open).toBe(1);
  const refuse = async () => {
    wire.ask('2', 'subscription { messageSent { id } }');
    await once(wire.socket, 'message');
  };
  expect(await movedBy(chat.url, refuse)).toEqual({
    'parley_requests_refused_total{reason="concurrency"}': 1,
  });
  expect((await metricsOf(chat.url))(subscriptions('messageSent'))).toBe(Number.NaN);
  wire.socket.terminate();
  await expect.poll(open).toBe(0);
});

test.each([
  ['parse', '{'],
  ['validation', '{ pigeon }'],
  ['size', `{ __typename # ${'x'.repeat(40_000)}\n }`],
  ['body', undefined],
])('a document refused for its %s moves that reason alone', async (reason, query) => {
  const { chat } = await newChatWith({ limits: { maxQueryBytes: 30_000 } });
  const refuse = () =>
    query === undefined
      ? fetch(`${chat.url}/graphql`, { method: 'POST', body: '{}' })
      : post({ url: chat.url, query });
  const refusal = { [`parley_requests_refused_total{reason="${reason}"}`]: 1 };
  expect(await movedBy(chat.url, refuse)).toEqual(refusal);
  // The second time, the document is known.
  expect(await movedBy(chat.url, refuse)).toEqual(refusal);
});

test('an operation refused for its cost moves that reason, and its own outcome', async () => {
  const { chat } = await newChatWith({ limits: { maxQueryCost: 0 } });
  const query = 'mutation { logout { __typename } }';
  expect(await movedBy(chat.url, () => overHttp({ url: chat.url, query }))).toEqual({
    'parley_requests_refused_total{reason="cost"}': 1,
    ...mutations('logout', 'LIMIT_EXCEEDED'),
  });
});

test('a socket of another origin moves that reason alone', async () => {
  const { chat } = await newChat();
  const connect = () =>
    new Promise((resolve) =>
      new WebSocket(`${chat.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        origin: 'https://other.example',
      }).once('error', resolve),
    );
  expect(await movedBy(chat.url, connect)).toEqual({
    'parley_requests_refused_total{reason="origin"}': 1,
  });
});

test('a close code that no server sends counts as other', async () => {
  const { chat } = await newChat();
  const close = async (code: number) => {
    const socket = new WebSocket(
      `${chat.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    await new Promise((resolve) => socket.once('open', resolve));
    socket.close(code);
    await expect.poll(async () => (await metricsOf(chat.url))('parley_sockets')).toBe(0);
  };
  for (const [code, label] of [
    [1000, '1000'],
    [4999, 'other'],
  ] as const)
    expect(await movedBy(chat.url, () => close(code))).toEqual({
      [`parley_socket_closes_total{code="${label}"}`]: 1,
    });
});

test('what a client leaves unread counts as buffered until it reads on', async () => {
  const { chat, alice, bob } = await newChatWith(
    { limits: { maxUnreadBytes: 1_000_000_000 } },
    'alice',
    'bob',
  );
  await Promise.all(Array.from({ length: 100 }, () => alice.send('bob', LONG)));
  const wire = await openWire(chat.url, bob.token);
  const buffered = async () => (await metricsOf(chat.url))('parley_sockets_buffered_bytes');
  expect(await buffered()).toBe(0);
  wire.socket.pause();
  // Some 20 MB: more than the kernel keeps.
  for (let id = 1; id <= 15; id += 1)
    wire.ask(String(id), '{ pendingMessages(first: 100) { edges { node { text } } } }');
  await expect.poll(buffered).toBeGreaterThan(100_000);
  wire.socket.resume();
  await expect.poll(buffered).toBe(0);
});

test('the version is a metric, and the connections of a PostgreSQL pool', async () => {
  const { chat } = await newChat();
  const metric = await metricsOf(chat.url);
  const { version } = chat.app.ports.server;
  expect(metric(`parley_build_info{version="${version}"}`)).toBe(1);
  expect(metric('parley_doorbell_connected')).toBe(1);
  expect(metric('parley_password_hashes_waiting')).toBe(0);
  const isPool = inject('engine') === 'postgres';
  expect(metric('parley_database_connections{state="waiting"}')).toBe(isPool ? 0 : Number.NaN);
});
