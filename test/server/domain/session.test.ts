import { expect, test } from 'vitest';
import { Login, Logout, Viewer } from '../../../client/core/documents/session.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { openWire } from '../../support/wire.ts';

const login = async ({ anonymous }: Chat, ifOnline?: 'REFUSE' | 'REPLACE' | 'JOIN') =>
  (
    await anonymous.ask(Login, {
      input: { username: 'alice', password: PASSWORD, ...(ifOnline && { ifOnline }) },
    })
  ).login;

test('a login while a client is online is refused unless it joins or replaces', async () => {
  const { chat, alice } = await newChat('alice');
  expect((await login(chat)).__typename).toBe('AlreadyLoggedInError');
  expect((await login(chat, 'REFUSE')).__typename).toBe('AlreadyLoggedInError');

  expect((await login(chat, 'JOIN')).__typename).toBe('LoginSuccess');
  expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });

  const other = await chat.login('alice');
  const ended = [alice.becomes('ended'), other.becomes('ended')];
  expect((await login(chat, 'REPLACE')).__typename).toBe('LoginSuccess');
  await Promise.all(ended);
});

test('logout ends its own session only', async () => {
  const { chat, alice } = await newChat('alice');
  const other = await chat.login('alice');
  const ended = alice.becomes('ended');
  expect(await alice.ask(Logout, {})).toEqual({
    logout: { __typename: 'LogoutSuccess', account: { username: 'alice' } },
  });
  await ended;
  const query = '{ viewer { username } mailbox { pendingCount } }';
  expect(await overHttp({ url: chat.url, query, token: alice.token })).toMatchObject({
    data: { viewer: null, mailbox: null },
    errors: [
      { path: ['viewer'], extensions: { code: 'SESSION_ENDED' } },
      { path: ['mailbox'], extensions: { code: 'SESSION_ENDED' } },
    ],
  });
  expect(await other.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
});

test('a session expires after sessionDays without use', async () => {
  const day = 24 * 60 * 60 * 1000;
  let now = Date.now();
  const { chat } = await newChatWith({ limits: { sessionDays: 3 }, clock: () => now });
  await chat.create('alice');
  const begun = await login(chat);
  if (begun.__typename !== 'LoginSuccess') throw new Error(begun.message);
  const use = () =>
    overHttp({ url: chat.url, query: '{ mailbox { pendingCount } }', token: begun.token });
  for (let round = 0; round < 3; round += 1) {
    now += 2 * day;
    expect(await use()).toEqual({ data: { mailbox: { pendingCount: 0 } } });
  }
  now += 3 * day;
  expect(codes(await use())).toEqual(['SESSION_ENDED']);

  const { db } = chat.app.store;
  expect(await db.selectFrom('session').select('id').execute()).toHaveLength(1);
  await chat.app.sessions.sweep();
  expect(await db.selectFrom('session').select('id').execute()).toHaveLength(0);
});

test('sweep removes all expired sessions and no others', async () => {
  const { chat } = await newChat('alice');
  const { db } = chat.app.store;
  const { id: accountId } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
  const old = Array.from({ length: 1_200 }, (_, index) => ({
    id: `${index}`,
    accountId,
    tokenHash: `${index}`,
  }));
  await db
    .insertInto('session')
    .values(old.map((session) => ({ ...session, createdAt: 0, usedAt: 0, leaseUntil: 0 })))
    .execute();
  await chat.app.sessions.sweep();
  expect(await db.selectFrom('session').select('id').execute()).toHaveLength(1);
});

test('a token is 256 random bits, and no two are the same', async () => {
  const { chat } = await newChat();
  await chat.create('alice');
  const tokens = [(await chat.login('alice')).token, (await chat.login('alice')).token];
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  expect(new Set(tokens).size).toBe(2);
});

test('a login beyond the limit ends the least recently used session only', async () => {
  let now = Date.now();
  const { chat } = await newChatWith({ limits: { maxSessionsPerAccount: 3 }, clock: () => now });
  await chat.create('alice');
  const begin = async () => {
    now += 1_000;
    const begun = await login(chat, 'JOIN');
    return begun.__typename === 'LoginSuccess' ? begun.token : '';
  };
  const use = async (token: string) => {
    now += 1_000;
    return (
      codes(await overHttp({ url: chat.url, query: '{ mailbox { pendingCount } }', token }))[0] ??
      'good'
    );
  };
  const [first, second, third] = [await begin(), await begin(), await begin()];
  expect(await use(first)).toBe('good');
  const fourth = await begin();
  expect(await use(second)).toBe('SESSION_ENDED');
  for (const token of [third, first, fourth]) expect(await use(token)).toBe('good');
  const fifth = await begin();
  expect(await Promise.all([first, third, fourth, fifth].map(use))).toEqual([
    'good',
    'SESSION_ENDED',
    'good',
    'good',
  ]);
});

test('a session evicted by a login loses its subscriptions and socket at once', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxSessionsPerAccount: 2 } }, 'alice');
  const wire = await openWire(chat.url, alice.token);
  wire.ask('1', 'subscription { messageReceived { id } }');
  await expect.poll(() => chat.app.services.bell.listeners).toBe(2);
  await chat.login('alice');
  // Once both are connected, the older one is the first to go.
  await expect.poll(() => chat.app.services.bell.listeners).toBe(3);
  expect(wire.frames.filter(({ type }) => type === 'error')).toEqual([]);
  await chat.login('alice');
  expect(await wire.closed).toBe(4403);
  const [error] = wire.frames.filter(({ id }) => id === '1');
  expect(error).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'SESSION_ENDED' } }],
  });
});

test('concurrent logins leave no more sessions than the limit', async () => {
  const { chat } = await newChatWith({ limits: { maxSessionsPerAccount: 3 } });
  await chat.create('alice');
  const logins = await Promise.all(Array.from({ length: 10 }, () => login(chat, 'JOIN')));
  expect(logins.map(({ __typename }) => __typename)).toEqual(logins.map(() => 'LoginSuccess'));
  expect(await chat.app.store.db.selectFrom('session').select('id').execute()).toHaveLength(3);
});
