import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { overHttpAs } from '../../../client/core/connection.ts';
import {
  AccountsMatching,
  ChangePassword,
  DeleteAccount,
} from '../../../client/core/documents/account.ts';
import { Viewer } from '../../../client/core/documents/session.ts';
import { codeOf } from '../../../client/core/errors.ts';
import { graphql } from '../../../client/core/graphql.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const list = async (
  person: TestClient,
  variables: { matching?: string; first?: number; after?: string },
) => {
  const { accounts } = await person.ask(AccountsMatching, variables);
  return { ...accounts.pageInfo, names: accounts.edges.map(({ node }) => node.username) };
};

async function inhabit(chat: Chat, ...usernames: string[]): Promise<void> {
  for (const username of usernames) await chat.create(username);
}

test('a search term has only the wildcards * and ?', async () => {
  const { chat } = await newChat();
  await inhabit(chat, 'al_x', 'alyx', 'al.x', 'a'.repeat(32));
  const find = async (matching: string) => (await list(chat.anonymous, { matching })).names;
  expect(await find('l_x')).toEqual(['al_x']);
  expect(await find('al.x')).toEqual(['al.x']);
  for (const literal of ['%', 'al%', '\\', 'al\\_x', '[a]', "'"])
    expect(await find(literal)).toEqual([]);
  expect(await find('al?x')).toEqual(['al.x', 'al_x', 'alyx']);
  expect(await find('al_*')).toEqual(['al_x']);
  expect(await find('???')).toEqual([]);
  expect(await find('*')).toHaveLength(4);
  expect(await find('ＡＬＹ')).toEqual(['alyx']);
  // A matcher that backtracks at each wildcard would take exponential time.
  expect(await find(`${'*a'.repeat(31)}*b`)).toEqual([]);
  const tooLong = overHttp({
    url: chat.url,
    query: `{ accounts(matching: "${'a'.repeat(65)}") { edges { cursor } } }`,
  });
  expect(codes(await tooLong)).toEqual(['BAD_USER_INPUT']);
});

test('a search of many usernames finds the few that match without blocking others', async () => {
  const { chat } = await newChat();
  const { db } = chat.app.store;
  const empty = {
    passwordHash: '',
    createdAt: 0,
    lastPosition: 0,
    deliveredThrough: 0,
    sentCount: 0,
  };
  const names = Array.from({ length: 35_000 }, (_, index) => `a${String(index).padStart(5, '0')}`);
  for (let start = 0; start < names.length; start += 1_000) {
    const some = names.slice(start, start + 1_000);
    await db
      .insertInto('account')
      .values(some.map((name) => ({ ...empty, id: name, username: name })))
      .execute();
  }
  await inhabit(chat, 'zoe', 'b');
  const find = async (matching: string, after?: string) =>
    (await list(chat.anonymous, { matching, ...(after !== undefined && { after }) })).names;
  expect(await find('9999')).toEqual(['a09999', 'a19999', 'a29999']);
  expect(await find('9999', 'a09999')).toEqual(['a19999', 'a29999']);
  expect(await find('oe')).toEqual(['zoe']);
  expect(await find('a2999*')).toHaveLength(10);
  expect(await find('a34*9', 'a34979')).toEqual(['a34989', 'a34999']);
  expect(await find('z*')).toEqual(['zoe']);
  expect(await find('b*')).toEqual(['b']);
  expect(await find('c*')).toEqual([]);

  let turns = 0;
  let over = false;
  const others = (async () => {
    for (; !over; turns += 1) await turn();
  })();
  await chat.app.ports.accounts.matching('nobody', { after: null, limit: 1 });
  over = true;
  await others;
  expect(turns).toBeGreaterThan(2);
});

test('accounts are paged, and no page exceeds the limit', async () => {
  const { chat } = await newChatWith({ limits: { maxPageSize: 2 } });
  await inhabit(chat, 'a', 'b', 'c');
  const page = (variables: { first?: number; after?: string }) => list(chat.anonymous, variables);
  expect(await page({ first: 1 })).toEqual({ names: ['a'], hasNextPage: true, endCursor: 'a' });
  expect(await page({ first: 100 })).toMatchObject({ names: ['a', 'b'], hasNextPage: true });
  expect(await page({})).toMatchObject({ names: ['a', 'b'], hasNextPage: true });
  expect(await page({ first: 1, after: 'a' })).toMatchObject({ names: ['b'], hasNextPage: true });
  expect(await page({ first: 2, after: 'b' })).toMatchObject({ names: ['c'], hasNextPage: false });
  expect(await page({ after: 'z' })).toEqual({ names: [], hasNextPage: false, endCursor: null });
  expect(await page({ first: 0 })).toMatchObject({ names: [], hasNextPage: true });
  expect(await page({ first: -1 }).then(String, codeOf)).toBe('BAD_USER_INPUT');
});

test('online is visible to a viewer and hidden from a stranger', async () => {
  const { chat, alice } = await newChat('alice');
  await chat.create('bob');
  const online = async (person: TestClient) =>
    (await person.ask(AccountsMatching, {})).accounts.edges.map(({ node }) => node.online);
  expect(await online(chat.anonymous)).toEqual([null, null]);
  expect(await online(alice)).toEqual([true, false]);
});

test('changePassword ends every session and begins a new one', async () => {
  const { chat, alice } = await newChat('alice');
  const elsewhere = await chat.login('alice');
  const ended = [alice.becomes('ended'), elsewhere.becomes('ended')];
  const input = { currentPassword: PASSWORD, newPassword: 'battery staple' };
  const { changePassword } = await alice.ask(ChangePassword, { input });
  if (changePassword.__typename !== 'ChangePasswordSuccess')
    throw new Error(changePassword.message);
  await Promise.all(ended);
  const asking = (token: string | undefined) => chat.anonymous.ask(Viewer, {}, overHttpAs(token));
  expect(await asking(changePassword.token)).toMatchObject({ viewer: { username: 'alice' } });
  for (const { token } of [alice, elsewhere])
    expect(await asking(token).catch(codeOf)).toBe('SESSION_ENDED');
  await expect(chat.login('alice')).rejects.toThrow('Wrong username or password.');
});

test('changePassword needs the old password and a strong new one', async () => {
  const { alice } = await newChat('alice');
  const change = async (currentPassword: string, newPassword: string) =>
    (await alice.ask(ChangePassword, { input: { currentPassword, newPassword } })).changePassword
      .__typename;
  expect(await change('wrong horse', 'battery staple')).toBe('InvalidCredentialsError');
  expect(await change(PASSWORD, 'password')).toBe('WeakPasswordError');
  expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
});

test('a message keeps the username of a deleted sender', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'goodbye');
  const Pending = graphql(
    '{ pendingMessages { edges { node { sender { username } senderUsername } } } }',
  );
  const node = async () => (await bob.ask(Pending, {})).pendingMessages?.edges[0]?.node;
  expect(await node()).toEqual({ sender: { username: 'alice' }, senderUsername: 'alice' });
  await alice.ask(DeleteAccount, { input: { username: 'alice', password: PASSWORD } });
  expect(await node()).toEqual({ sender: null, senderUsername: 'alice' });
});
