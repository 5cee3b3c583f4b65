import { expect, test } from 'vitest';
import { ChangePassword, CreateAccount, DeleteAccount, Login } from '../../../client/core/documents.ts';
import { InvalidCredentialsError, RateLimitedError } from '../../../schema/model.ts';
import { hashPassword } from '../../../server/domain/password.ts';
import { overHttp } from '../../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';

const login = async ({ stranger }: Chat, username: string, password: string) =>
  (await stranger.ask(Login, { input: { username, password, ifOnline: 'JOIN' } })).login.__typename;

test('after too many wrong passwords for a username not even the right one is tried', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  expect(await login(chat, 'alice', 'wrong horse')).toBe('InvalidCredentialsError');
  expect(await login(chat, 'ALICE', 'wrong horse')).toBe('InvalidCredentialsError');
  const query = `mutation ($in: LoginInput!) { login(input: $in) { __typename ... on RateLimitedError { retryAfter } } }`;
  const answer = await overHttp({ url: chat.url, query, variables: { in: { username: 'alice', password: PASSWORD } } });
  expect(answer.data?.login).toEqual({ __typename: 'RateLimitedError', retryAfter: expect.any(Number) });
  const { retryAfter } = Object(answer.data?.login);
  expect(retryAfter).toBeGreaterThan(14 * 60_000);
  expect(retryAfter).toBeLessThanOrEqual(15 * 60_000);
  expect(await login(chat, 'bob', 'wrong horse')).toBe('InvalidCredentialsError');
});

test('a right password makes up for the wrong ones before it', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  for (let round = 0; round < 2; round += 1) {
    expect(await login(chat, 'alice', 'wrong horse')).toBe('InvalidCredentialsError');
    expect(await login(chat, 'alice', PASSWORD)).toBe('LoginSuccess');
  }
});

test('wrong passwords at the same moment count as those one after another', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } });
  await chat.create('alice');
  const guesses = [...Array.from({ length: 8 }, (_, number) => `wrong horse ${number}`), PASSWORD];
  const caller = { address: 'one', viewer: null, sessionEnded: false };
  const { sessions } = chat.app.ports;
  const results = await Promise.allSettled(
    guesses.map((password) => sessions.login(caller, { username: 'alice', password })),
  );
  const errors = results.map((result) => (result.status === 'rejected' ? result.reason.constructor.name : 'none'));
  expect(errors).toEqual([
    ...guesses.slice(0, 2).map(() => 'InvalidCredentialsError'),
    ...guesses.slice(2).map(() => 'RateLimitedError'),
  ]);
});

test('an attempt that was never tried, since too many others were, does not count', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 1 } });
  const login = (username: string) => {
    const caller = { address: 'one', viewer: null, sessionEnded: false };
    return chat.app.ports.sessions.login(caller, { username, password: PASSWORD });
  };
  // More than fit, who come again and again.
  let busy = true;
  const others = Array.from({ length: 60 }, async () => {
    while (busy) await hashPassword(PASSWORD).catch(() => new Promise(setImmediate));
  });
  await expect(login('late')).rejects.toEqual(new RateLimitedError(1_000));
  busy = false;
  await Promise.all(others);
  await expect(login('late')).rejects.toThrow(InvalidCredentialsError);
});

test('a change of password and a deletion count wrong passwords too', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 2 } }, 'alice');
  const change = { currentPassword: 'wrong horse', newPassword: 'battery staple' };
  const { changePassword } = await alice.ask(ChangePassword, { input: change });
  expect(changePassword.__typename).toBe('InvalidCredentialsError');
  const credentials = { username: 'alice', password: 'wrong horse' };
  const { deleteAccount } = await alice.ask(DeleteAccount, { input: credentials });
  expect(deleteAccount.__typename).toBe('InvalidCredentialsError');
  expect(await login(chat, 'alice', PASSWORD)).toBe('RateLimitedError');
});

test('one address creates so many accounts an hour', async () => {
  const { chat } = await newChatWith({ limits: { maxNewAccountsPerHour: 1 } });
  await chat.create('alice');
  const input = { username: 'bob', password: PASSWORD };
  expect((await chat.stranger.ask(CreateAccount, { input })).createAccount.__typename).toBe('RateLimitedError');
});

test('neither a token nor a password is in the store', async () => {
  const { chat, alice } = await newChat('alice');
  const { db } = chat.app.store;
  const rows = [
    await db.selectFrom('session').selectAll().execute(),
    await db.selectFrom('account').selectAll().execute(),
  ];
  expect(JSON.stringify(rows)).toContain(alice.username);
  expect(JSON.stringify(rows)).not.toContain(alice.token);
  expect(JSON.stringify(rows)).not.toContain(PASSWORD);
});
