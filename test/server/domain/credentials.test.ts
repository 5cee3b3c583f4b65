import { expect, test } from 'vitest';
import {
  ChangePassword,
  CreateAccount,
  DeleteAccount,
} from '../../../client/core/documents/account.ts';
import { PresenceChanged } from '../../../client/core/documents/presence.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { InvalidCredentialsError, RateLimitedError } from '../../../schema/errors.ts';
import type { Limits } from '../../../schema/limits.ts';
import { accountByUsername, replacePasswordHash } from '../../../server/store/account.ts';
import { overHttp } from '../../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { statementsOf } from '../../support/statements.ts';

const login = async ({ anonymous }: Chat, username: string, password: string) =>
  (await anonymous.ask(Login, { input: { username, password, ifOnline: 'JOIN' } })).login
    .__typename;

test('too many wrong passwords for a username block even the right one', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  expect(await login(chat, 'alice', 'wrong horse')).toBe('InvalidCredentialsError');
  expect(await login(chat, 'ALICE', 'wrong horse')).toBe('InvalidCredentialsError');
  const query = `mutation ($in: LoginInput!) { login(input: $in) { __typename ... on RateLimitedError { retryAfter } } }`;
  const answer = await overHttp({
    url: chat.url,
    query,
    variables: { in: { username: 'alice', password: PASSWORD } },
  });
  expect(answer.data?.login).toEqual({
    __typename: 'RateLimitedError',
    retryAfter: expect.any(Number),
  });
  const { retryAfter } = Object(answer.data?.login);
  expect(retryAfter).toBeGreaterThan(14 * 60_000);
  expect(retryAfter).toBeLessThanOrEqual(15 * 60_000);
  expect(await login(chat, 'bob', 'wrong horse')).toBe('InvalidCredentialsError');
});

test('a right password clears the wrong guesses before it', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  for (let round = 0; round < 2; round += 1) {
    expect(await login(chat, 'alice', 'wrong horse')).toBe('InvalidCredentialsError');
    expect(await login(chat, 'alice', PASSWORD)).toBe('LoginSuccess');
  }
});

test('concurrent wrong passwords all count', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  const guesses = [...Array.from({ length: 8 }, (_, number) => `wrong horse ${number}`), PASSWORD];
  const caller = { address: 'one', viewer: null, sessionEnded: false };
  const { sessions } = chat.app.ports;
  const results = await Promise.allSettled(
    guesses.map((password) => sessions.login(caller, { username: 'alice', password })),
  );
  const errors = results.map((result) =>
    result.status === 'rejected' ? result.reason.constructor.name : 'none',
  );
  expect(errors.toSorted()).toEqual([
    ...guesses.slice(0, 2).map(() => 'InvalidCredentialsError'),
    ...guesses.slice(2).map(() => 'RateLimitedError'),
  ]);
});

test('an attempt that was refused by a full queue does not count', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 1 } });
  const login = (username: string) => {
    const caller = { address: 'one', viewer: null, sessionEnded: false };
    return chat.app.ports.sessions.login(caller, { username, password: PASSWORD });
  };
  // More than fit, who come again and again.
  let busy = true;
  const others = Array.from({ length: 60 }, async () => {
    while (busy)
      await chat.app.services.passwords.hash(PASSWORD).catch(() => new Promise(setImmediate));
  });
  await expect(login('late')).rejects.toEqual(new RateLimitedError(1_000));
  busy = false;
  await Promise.all(others);
  await expect(login('late')).rejects.toThrow(InvalidCredentialsError);
});

test('changePassword and deleteAccount count wrong passwords too', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } }, 'alice');
  const change = { currentPassword: 'wrong horse', newPassword: 'battery staple' };
  const { changePassword } = await alice.ask(ChangePassword, { input: change });
  expect(changePassword.__typename).toBe('InvalidCredentialsError');
  const credentials = { username: 'alice', password: 'wrong horse' };
  const { deleteAccount } = await alice.ask(DeleteAccount, { input: credentials });
  expect(deleteAccount.__typename).toBe('InvalidCredentialsError');
  expect(await login(chat, 'alice', PASSWORD)).toBe('RateLimitedError');
});

test('account creation is limited per address and hour', async () => {
  const { chat } = await newChatWith({ limits: { maxNewAccountsPerHour: 1 } });
  await chat.create('alice');
  const input = { username: 'bob', password: PASSWORD };
  expect((await chat.anonymous.ask(CreateAccount, { input })).createAccount.__typename).toBe(
    'RateLimitedError',
  );
});

test('the store holds neither tokens nor passwords', async () => {
  const { chat, alice } = await newChat('alice');
  const { db } = chat.app.store;
  const rows = [
    await db.selectFrom('session').selectAll().execute(),
    await db.selectFrom('account').selectAll().execute(),
    await db.selectFrom('knownAddress').selectAll().execute(),
  ];
  expect(rows.map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(JSON.stringify(rows)).toContain(alice.username);
  for (const secret of [alice.token, PASSWORD, '127.0.0.1'])
    expect(JSON.stringify(rows)).not.toContain(secret);
});

/** A server that believes what address a client says that it has. */
async function proxied(limits: Partial<Limits>, clock?: () => number) {
  const settings = { PROXY_HOPS: '1' };
  const { chat } = await newChatWith({ limits, settings, ...(clock && { clock }) });
  const query = `mutation ($input: LoginInput!) {
    login(input: $input) { __typename ... on RateLimitedError { retryAfter } ... on LoginSuccess { token } }
  }`;
  const loginFrom = async (address: string, username: string, password = 'wrong horse') => {
    const input = { username, password, ifOnline: 'JOIN' };
    const { data } = await overHttp(
      { url: chat.url, query, variables: { input } },
      { 'x-forwarded-for': address },
    );
    return data?.login as { __typename: string; retryAfter?: number; token?: string };
  };
  return { chat, loginFrom };
}
const WRONG = { __typename: 'InvalidCredentialsError' };
const TOO_MANY = { __typename: 'RateLimitedError', retryAfter: expect.any(Number) };
const RIGHT = { __typename: 'LoginSuccess', token: expect.any(String) };

test("guesses for a username are limited over all addresses but the owner's", async () => {
  const { chat, loginFrom } = await proxied({ maxLoginsPerQuarterHourPerUsername: 3 });
  await chat.create('alice');
  const { token } = await loginFrom('192.0.2.1', 'alice', PASSWORD);
  for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
    expect(await loginFrom(address, 'alice')).toEqual(WRONG);
  }
  for (const password of ['wrong horse', PASSWORD]) {
    expect(await loginFrom('198.51.100.4', ' ALICE ', password)).toEqual(TOO_MANY);
  }
  expect(await loginFrom('198.51.100.4', 'bob')).toEqual(WRONG);

  // From where it has logged in before the owner may even mistype it.
  expect(await loginFrom('192.0.2.1', 'alice')).toEqual(WRONG);
  expect(await loginFrom('192.0.2.1', 'alice', PASSWORD)).toEqual(RIGHT);
  // And a session is good anywhere.
  const query = `mutation { changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "battery staple" })
    { __typename } }`;
  const changed = await overHttp(
    { url: chat.url, query, token },
    { 'x-forwarded-for': '203.0.113.9' },
  );
  expect(changed.data?.changePassword).toEqual({ __typename: 'ChangePasswordSuccess' });
});

test('guesses with a session are limited over all addresses', async () => {
  const { chat, loginFrom } = await proxied({ maxLoginsPerQuarterHourPerUsername: 2 });
  await chat.create('alice');
  const { token } = await loginFrom('192.0.2.1', 'alice', PASSWORD);
  const query =
    'mutation { changePassword(input: { currentPassword: "no", newPassword: "no" }) { __typename } }';
  const guessFrom = async (address: string) =>
    (await overHttp({ url: chat.url, query, token }, { 'x-forwarded-for': address })).data
      ?.changePassword;
  expect(await guessFrom('198.51.100.1')).toEqual(WRONG);
  expect(await guessFrom('198.51.100.2')).toEqual(WRONG);
  expect(await guessFrom('198.51.100.3')).toEqual({ __typename: 'RateLimitedError' });
});

test('guesses from an address are limited over all usernames', async () => {
  const { chat, loginFrom } = await proxied({ maxLoginsPerQuarterHourPerAddress: 3 });
  for (const username of ['mallory', 'alice']) await chat.create(username);
  expect(await loginFrom('2001:db8::1', 'alice')).toEqual(WRONG);
  expect(await loginFrom('2001:db8::2', 'nobody')).toEqual(WRONG);
  expect(await loginFrom('2001:db8::3', 'mallory', PASSWORD)).toEqual(RIGHT);
  expect(await loginFrom('2001:db8::4', 'bob')).toEqual(WRONG);
  for (const username of ['alice', 'mallory']) {
    expect(await loginFrom('2001:db8::5', username, PASSWORD)).toEqual(TOO_MANY);
  }
  expect(await loginFrom('2001:db8:0:1::1', 'alice', PASSWORD)).toEqual(RIGHT);
});

test("a right password clears only its own address's guesses for its username", async () => {
  const { chat, loginFrom } = await proxied({
    maxLoginsPerQuarterHourPerAddress: 4,
    maxLoginsPerQuarterHourPerUsername: 3,
  });
  for (const username of ['alice', 'bob']) await chat.create(username);
  expect(await loginFrom('192.0.2.1', 'bob')).toEqual(WRONG);
  expect(await loginFrom('192.0.2.2', 'alice')).toEqual(WRONG);
  for (let round = 0; round < 3; round += 1) {
    expect(await loginFrom('192.0.2.1', 'alice')).toEqual(WRONG);
    expect(await loginFrom('192.0.2.1', 'alice', PASSWORD)).toEqual(RIGHT);
  }
  // Of the address one guess is left over, of the username another.
  for (const username of ['bob', 'carol', 'dave'])
    expect(await loginFrom('192.0.2.1', username)).toEqual(WRONG);
  expect(await loginFrom('192.0.2.1', 'eve')).toEqual(TOO_MANY);
  for (const address of ['192.0.2.3', '192.0.2.4'])
    expect(await loginFrom(address, 'alice')).toEqual(WRONG);
  expect(await loginFrom('192.0.2.5', 'alice')).toEqual(TOO_MANY);
});

test('a limited login works after retryAfter', async () => {
  let now = Date.now();
  const limits = { maxLoginsPerQuarterHour: 1, maxLoginsPerQuarterHourPerAddress: 2 };
  const { chat, loginFrom } = await proxied(limits, () => now);
  await chat.create('alice');
  expect(await loginFrom('192.0.2.1', 'alice')).toEqual(WRONG);
  now += 60_000;
  expect(await loginFrom('192.0.2.1', 'bob')).toEqual(WRONG);
  now += 60_000;
  const { retryAfter = 0 } = await loginFrom('192.0.2.1', 'alice', PASSWORD);
  expect(retryAfter).toBe(13 * 60_000);
  // Both limits apply, so the longer wait counts.
  expect((await loginFrom('192.0.2.1', 'bob')).retryAfter).toBe(14 * 60_000);
  now += retryAfter - 1;
  expect(await loginFrom('192.0.2.1', 'alice', PASSWORD)).toEqual(TOO_MANY);
  now += 1;
  expect(await loginFrom('192.0.2.1', 'alice', PASSWORD)).toEqual(RIGHT);
});

test('an impossible username costs no hash, statement or count', async () => {
  const { chat, loginFrom } = await proxied({ maxLoginsPerQuarterHourPerAddress: 1 });
  const statements = await statementsOf(chat, async () => {
    for (const username of [
      '',
      'a b',
      'a\0',
      'é',
      'x'.repeat(33),
      'x'.repeat(50_000),
      ' '.repeat(50_000),
    ]) {
      expect(await loginFrom('192.0.2.1', username)).toEqual(WRONG);
    }
  });
  expect(statements).toBe(0);
});

test("a login remembers an account's last 20 addresses until it is deleted", async () => {
  let now = Date.now();
  const { chat, loginFrom } = await proxied({ maxLoginsPerQuarterHourPerUsername: 1 }, () => now);
  const { db } = chat.app.store;
  const known = () => db.selectFrom('knownAddress').selectAll().execute();
  await chat.create('alice');
  for (let number = 1; number <= 21; number += 1) {
    now += 1_000;
    expect(await loginFrom(`192.0.2.${number}`, 'alice', PASSWORD)).toEqual(RIGHT);
  }
  expect(await known()).toHaveLength(20);
  expect(await loginFrom('198.51.100.1', 'alice')).toEqual(WRONG);
  expect(await loginFrom('192.0.2.1', 'alice', PASSWORD)).toEqual(TOO_MANY);
  expect(await loginFrom('192.0.2.2', 'alice', PASSWORD)).toEqual(RIGHT);

  now += 24 * 60 * 60_000;
  const input = { username: 'alice', password: PASSWORD };
  expect((await chat.anonymous.ask(DeleteAccount, { input })).deleteAccount.__typename).toBe(
    'DeleteAccountSuccess',
  );
  expect(await known()).toEqual([]);
});

/** Of PASSWORD, with other parameters than those of today. */
const OUTDATED =
  '$argon2id$v=19$m=4096,t=3,p=2$c29tZXNhbHRvZm90aGVycw$/HG8Vir2ZXW4VIi2zqeKgQ3UjEU61sm5';

test('a login renews an outdated hash and ends no session', async () => {
  const { chat, alice } = await newChat('alice');
  const { db } = chat.app.store;
  const kept = async () => (await accountByUsername(db, 'alice'))?.passwordHash;
  await db.updateTable('account').set({ passwordHash: OUTDATED }).execute();
  expect(await login(chat, 'alice', 'wrong horse')).toBe('InvalidCredentialsError');
  expect(await kept()).toBe(OUTDATED);
  // At the same moment, so that one finds the hash of the other.
  const logins = await Promise.all([1, 2, 3].map(() => login(chat, 'alice', PASSWORD)));
  expect(logins).toEqual(['LoginSuccess', 'LoginSuccess', 'LoginSuccess']);
  const renewed = await kept();
  expect(await chat.app.services.passwords.verify(PASSWORD, renewed)).toBe('right');
  expect(await login(chat, 'alice', PASSWORD)).toBe('LoginSuccess');
  expect(await kept()).toBe(renewed);
  expect(
    await overHttp({ url: chat.url, query: '{ viewer { username } }', token: alice.token }),
  ).toEqual({
    data: { viewer: { username: 'alice' } },
  });
});

test('a renewed hash does not overwrite a concurrent password change', async () => {
  const { chat } = await newChat('alice');
  const { db } = chat.app.store;
  const account = await accountByUsername(db, 'alice');
  if (!account) throw new Error('There is no account.');
  await replacePasswordHash(db, account.id, OUTDATED, 'renewed');
  expect((await accountByUsername(db, 'alice'))?.passwordHash).toBe(account.passwordHash);
  await replacePasswordHash(db, account.id, account.passwordHash, 'renewed');
  expect((await accountByUsername(db, 'alice'))?.passwordHash).toBe('renewed');
});

test('every username argument is trimmed and folded', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const name = '\u00a0 ＢＯＢ\n';
  const ask = async (query: string) =>
    overHttp({ url: alice.url, query, variables: { name }, token: alice.token });
  const sent = await ask(`mutation ($name: String!) {
    sendMessage(input: { to: $name, text: "hello" }) { __typename ... on SendMessageSuccess { sentMessage { id } } }
  }`);
  expect(sent.data?.sendMessage).toMatchObject({ __typename: 'SendMessageSuccess' });
  const id = Object(sent.data?.sendMessage).sentMessage.id;
  expect(
    await ask('query ($name: String!) { conversation(with: $name) { lastMessage { id } } }'),
  ).toEqual({
    data: { conversation: { lastMessage: { id } } },
  });
  const read = await ask(`mutation ($name: String!) {
    markRead(input: { with: $name, through: "${id}" }) { __typename }
  }`);
  expect(read.data?.markRead).toEqual({ __typename: 'MarkReadSuccess' });
  expect(
    await ask(
      'query ($name: String!) { accounts(matching: $name) { edges { node { username } } } }',
    ),
  ).toEqual({
    data: { accounts: { edges: [{ node: { username: 'bob' } }] } },
  });
  const watched = alice.watch(PresenceChanged, { of: [name, 'no\0body', ''] });
  expect((await watched.next()).presenceChanged.username).toBe('bob');
  const input = { username: name, password: PASSWORD };
  expect((await bob.ask(DeleteAccount, { input })).deleteAccount.__typename).toBe(
    'DeleteAccountSuccess',
  );
});
