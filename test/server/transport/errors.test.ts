import { expect, test } from 'vitest';
import { ASK_OVER, codes, type Result } from '../../support/ask.ts';
import { chatServerAt, newChat, newClients, PASSWORD } from '../../support/chat.ts';
import { newDatabase, query } from '../../support/database.ts';
import { startServer } from '../../support/process.ts';

const PENDING = '{ pendingMessages { edges { node { text } } } }';
const RECEIVED = 'subscription { messageReceived { text } }';
const SEND =
  'mutation Send($text: String!) { sendMessage(input: { to: "bob", text: $text }) { __typename } }';
const TEXT = 'the text of a message';

/** A server with its log, and a way to break its store from outside. */
async function newServer() {
  const database = await newDatabase();
  const server = await startServer({ DATABASE_URL: database, LOG_LEVEL: 'trace' });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  return {
    ...server,
    alice,
    bob,
    lose: (table: string) => query(database, `alter table ${table} rename to lost`),
  };
}

const lines = (log: string) =>
  log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const idOf = ({ errors }: Result) => String(errors?.[0]?.extensions?.id);

test('a fault is masked on every transport, and logged under its id', async () => {
  const { url, alice, bob, lose, logs, stderr } = await newServer();
  await lose('message');
  const results = [
    await ASK_OVER.HTTP({ url, query: PENDING, token: bob.token }),
    await ASK_OVER['server-sent events']({ url, query: RECEIVED, token: bob.token }),
    await ASK_OVER.WebSocket({ url, query: RECEIVED, token: bob.token }),
    await ASK_OVER.WebSocket({ url, query: PENDING, token: bob.token }),
    await ASK_OVER.HTTP({ url, query: SEND, variables: { text: TEXT }, token: alice.token }),
  ];
  for (const result of results) {
    const id = idOf(result);
    expect(result.errors).toMatchObject([
      {
        message: `Something went wrong on the server. (Error id: ${id})`,
        extensions: { code: 'INTERNAL', id },
      },
    ]);
    expect(JSON.stringify(result)).not.toMatch(/no such table|SQL|\.ts/i);
    await logs(id);
    expect(lines(stderr()).find(({ fault }) => fault === id)).toMatchObject({
      level: 50,
      err: {
        message: expect.stringMatching(/no such table: message|"message" does not exist/),
        stack: expect.stringContaining('.ts'),
      },
    });
  }
  expect(new Set(results.map(idOf)).size).toBe(results.length);
});

test('a fault in the session look-up is masked, and closes a socket with 1013', async () => {
  const { url, bob, lose, logs } = await newServer();
  await lose('session');
  for (const way of [ASK_OVER.HTTP, ASK_OVER['server-sent events']]) {
    const result = await way({ url, query: '{ viewer { username } }', token: bob.token });
    expect(codes(result)).toEqual(['INTERNAL']);
    expect(JSON.stringify(result)).not.toMatch(/no such table/);
    await logs(idOf(result));
  }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.onopen = () =>
    socket.send(
      JSON.stringify({
        type: 'connection_init',
        payload: { authorization: `Bearer ${bob.token}` },
      }),
    );
  const closed = await new Promise<CloseEvent>((resolve) => {
    socket.onclose = resolve;
  });
  expect([closed.code, closed.reason]).toEqual([1013, 'Try again later']);
});

test('the log contains no token, password or message text', async () => {
  const { url, alice, bob, lose, logs, stderr } = await newServer();
  const reading = bob.read();
  await alice.send('bob', TEXT);
  await reading.shown(1);
  await ASK_OVER.HTTP({ url, query: `{ viewer { username } ${TEXT} ${PASSWORD} ${bob.token} }` });
  await ASK_OVER.HTTP({
    url,
    query: SEND,
    variables: { text: { [TEXT]: PASSWORD } },
    token: bob.token,
  });
  await ASK_OVER.WebSocket({
    url,
    query: `mutation { login(input: { username: "bob", password: "${PASSWORD}"`,
    token: bob.token,
  });
  await ASK_OVER.HTTP({
    url,
    query: `mutation { login(input: { username: "${TEXT}", password: "${PASSWORD}!" }) { __typename } }`,
  });
  await lose('message');
  const result = await ASK_OVER.WebSocket({
    url,
    query: SEND,
    variables: { text: TEXT },
    token: alice.token,
  });
  await logs(idOf(result));

  const log = stderr();
  expect(lines(log).filter(({ msg }) => msg === 'operation').length).toBeGreaterThan(8);
  for (const secret of [TEXT, PASSWORD, alice.token, bob.token]) expect(log).not.toContain(secret);
});

test('each operation is logged with who, what, how long and error codes', async () => {
  const { url, bob, logs, stderr } = await newServer();
  await ASK_OVER.HTTP({ url, query: 'query Mine { mailbox { pendingCount } }' });
  await ASK_OVER.WebSocket({
    url,
    query: 'query Others { viewer { username } }',
    token: bob.token,
  });
  await logs('Others');
  const line = (name: string) => lines(stderr()).filter((each) => each.name === name);
  expect(line('Mine')).toEqual([
    {
      level: 30,
      time: expect.any(String),
      msg: 'operation',
      kind: 'query',
      field: 'mailbox',
      name: 'Mine',
      address: '127.0.0.0/24',
      ms: expect.any(Number),
      codes: ['UNAUTHENTICATED'],
    },
  ]);
  expect(line('Others')).toHaveLength(1);
  expect(line('Others')[0]).toMatchObject({ field: 'viewer', account: expect.any(String) });
  expect(line('Others')[0]).not.toHaveProperty('codes');
});

const BROKEN = {
  'a syntax error': ['{ viewer', undefined],
  'an unknown field': ['{ pigeon }', undefined],
  'a variable of the wrong type': [
    'query ($n: Int) { accounts(first: $n) { edges { cursor } } }',
    { n: 'x' },
  ],
  'a missing variable': [
    'query ($n: Int!) { accounts(first: $n) { edges { cursor } } }',
    undefined,
  ],
  'several operations without an operation name': [
    'query A { viewer { id } } query B { viewer { id } }',
    undefined,
  ],
  'an empty query': ['', undefined],
} as const;

test.for(Object.keys(ASK_OVER) as (keyof typeof ASK_OVER)[])(
  'a malformed operation by %s gets an error with the right code',
  async (way) => {
    const { chat, alice } = await newChat('alice');
    const { url } = chat;
    const results: Record<string, unknown> = {};
    for (const [name, [query, variables = {}]] of Object.entries(BROKEN)) {
      results[name] = codes(await ASK_OVER[way]({ url, query, variables, token: alice.token }));
    }
    expect(results).toEqual(
      Object.fromEntries(Object.keys(BROKEN).map((name) => [name, ['BAD_USER_INPUT']])),
    );
    expect(codes(await ASK_OVER[way]({ url, query: '{ mailbox { pendingCount } }' }))).toEqual([
      'UNAUTHENTICATED',
    ]);
    expect(
      codes(await ASK_OVER[way]({ url, query: '{ mailbox { pendingCount } }', token: 'no-token' })),
    ).toEqual(['SESSION_ENDED']);
    expect(codes(await ASK_OVER[way]({ url, query: RECEIVED }))).toEqual(['UNAUTHENTICATED']);
    expect(
      codes(
        await ASK_OVER[way]({
          url,
          query: 'subscription { messageReceived(after: -1) { text } }',
          token: alice.token,
        }),
      ),
    ).toEqual(['BAD_USER_INPUT']);
  },
);
