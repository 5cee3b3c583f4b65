import { expect, test } from 'vitest';
import { ChangePassword, DeleteAccount } from '../../../client/core/documents/account.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { administration } from '../../../server/domain/administration.ts';
import { accountByUsername, replacePasswordHash } from '../../../server/store/account.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { query } from '../../support/database.ts';
import { testClientAt } from '../../support/test-client.ts';

const HOUR_MS = 60 * 60_000;
const USED = {
  __typename: 'InvalidCredentialsError',
  message:
    'This password was good for one login, and has been used. ' +
    'Ask the operator of this server for another.',
};

/** A chat in which the password of alice has just been reset. */
async function reset() {
  let now = Date.now();
  const { chat } = await newChatWith({ clock: () => now });
  await chat.create('alice');
  const admin = administration(chat.app.services, 'operator');
  const { password } = await admin.resetPassword('alice');
  const login = async (typed: string) => {
    const input = { username: 'alice', password: typed, ifOnline: 'JOIN' as const };
    return (await chat.anonymous.ask(Login, { input })).login;
  };
  /** Logs in with the one-time password. */
  async function alice() {
    const outcome = await login(password);
    if (outcome.__typename !== 'LoginSuccess') throw new Error(outcome.message);
    return testClientAt(chat.url, outcome.token);
  }
  const pass = (ms: number) => {
    now += ms;
  };
  return { chat, admin, password, login, alice, pass };
}

test('a one-time password is good for one of several logins at once', async () => {
  const { login, password } = await reset();
  const outcomes = await Promise.all([1, 2, 3].map(() => login(password)));
  const types = outcomes.map(({ __typename }) => __typename).toSorted();
  expect(types).toEqual(['InvalidCredentialsError', 'InvalidCredentialsError', 'LoginSuccess']);
  expect(await login(password)).toEqual(USED);
});

test('a wrong password does not use up the right one', async () => {
  const { login, password } = await reset();
  for (const wrong of ['wrong horse', PASSWORD])
    expect(await login(wrong)).toMatchObject({ message: 'Wrong username or password.' });
  expect(await login(password)).toMatchObject({ __typename: 'LoginSuccess' });
});

test('the session of a one-time password changes it to one that stays', async () => {
  const { login, password, alice, pass } = await reset();
  const input = { currentPassword: password, newPassword: 'battery staple' };
  const session = await alice();
  // The time was for the login.
  pass(25 * HOUR_MS);
  const { changePassword } = await session.ask(ChangePassword, { input });
  expect(changePassword).toMatchObject({ __typename: 'ChangePasswordSuccess' });
  for (let round = 0; round < 2; round += 1)
    expect(await login('battery staple')).toMatchObject({ __typename: 'LoginSuccess' });
  expect(await login(password)).toMatchObject({ message: 'Wrong username or password.' });
});

test('a one-time password that was not used ends after 24 hours', async () => {
  const { login, password, admin, pass } = await reset();
  pass(24 * HOUR_MS);
  expect(await login(password)).toMatchObject({
    __typename: 'InvalidCredentialsError',
    message: expect.stringMatching(/^This password had to be used within 24 hours\./),
  });
  const { password: another } = await admin.resetPassword('alice');
  pass(24 * HOUR_MS - 1);
  expect(await login(another)).toMatchObject({ __typename: 'LoginSuccess' });
});

test('a used one-time password deletes the account only from its session', async () => {
  const { chat, password, alice } = await reset();
  const session = await alice();
  const input = { username: 'alice', password };
  const stranger = await chat.anonymous.ask(DeleteAccount, { input });
  expect(stranger.deleteAccount).toMatchObject(USED);
  const owner = await session.ask(DeleteAccount, { input });
  expect(owner.deleteAccount).toMatchObject({ __typename: 'DeleteAccountSuccess' });
});

test('a one-time password deletes the account instead of a login', async () => {
  const { chat, password, alice, login } = await reset();
  const input = { username: 'alice', password };
  const forget = await chat.anonymous.ask(DeleteAccount, { input });
  expect(forget.deleteAccount).toMatchObject({ __typename: 'DeleteAccountSuccess' });
  expect(await login(password)).toMatchObject({ message: 'Wrong username or password.' });
  await expect(alice()).rejects.toThrow('Wrong username or password.');
});

test('a server of the version before changes a one-time password to one that stays', async () => {
  const { chat, login } = await reset();
  const chosen = await chat.app.services.passwords.hash('battery staple');
  await query(chat.app.config.databaseUrl, `update account set password_hash = '${chosen}'`);
  for (let round = 0; round < 2; round += 1)
    expect(await login('battery staple')).toMatchObject({ __typename: 'LoginSuccess' });
});

test('the hash of a one-time password is not renewed, which would make it stay', async () => {
  const { chat } = await newChat();
  const { db } = chat.app.store;
  const admin = administration(chat.app.services, 'operator');
  await admin.create('alice');
  const account = await accountByUsername(db, 'alice');
  if (!account) throw new Error('There is no account.');
  await replacePasswordHash(db, account.id, account.passwordHash, 'renewed');
  expect((await accountByUsername(db, 'alice'))?.passwordHash).toBe(account.passwordHash);
});
