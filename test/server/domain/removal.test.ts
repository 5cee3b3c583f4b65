import { expect, test } from 'vitest';
import { AccountsMatching, DeleteAccount } from '../../../client/core/documents/account.ts';
import { Conversation, Conversations } from '../../../client/core/documents/conversation.ts';
import { SendMessage } from '../../../client/core/documents/message.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { graphql } from '../../../client/core/graphql.ts';
import type { Store } from '../../../server/store/open.ts';
import { closeAccount, removeBatch } from '../../../server/store/removal.ts';
import { inTransaction } from '../../../server/store/transaction.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { fillMailbox } from '../../support/mailbox.ts';
import type { TestClient } from '../../support/test-client.ts';

const Delete = graphql(`
  mutation ($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      __typename
      ... on DeleteAccountSuccess { undelivered { text } undeliveredCount }
    }
  }
`);
const Sent = graphql('subscription { messageSent(after: 0) { text recipient { username } } }');

const idOf = async ({ db }: Store, username: string) =>
  (
    await db
      .selectFrom('account')
      .select('id')
      .where('username', '=', username)
      .executeTakeFirstOrThrow()
  ).id;

/** Closes an account as `deleteAccount` does, and leaves its rows where they are. */
async function close({ app: { store } }: Chat, username: string): Promise<string> {
  const id = await idOf(store, username);
  await inTransaction(store.db, (tx) => closeAccount(tx, id, Date.now()));
  return id;
}

async function removeAll({ db }: Store): Promise<void> {
  while (await removeBatch(db));
}

const count = async (
  { db }: Store,
  table: 'account' | 'message' | 'participant' | 'conversation',
): Promise<number> => {
  const { rows } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
};

const send = async (sender: TestClient, to: string, clientMessageId: string) =>
  (await sender.ask(SendMessage, { input: { to, text: 'hello', clientMessageId } })).sendMessage
    .__typename;

test('deleteAccount returns maxUndelivered messages and counts all that waited', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxUndelivered: 2 } }, 'alice');
  await chat.create('bob');
  for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
  expect(
    await chat.anonymous.ask(Delete, { input: { username: 'bob', password: PASSWORD } }),
  ).toEqual({
    deleteAccount: {
      __typename: 'DeleteAccountSuccess',
      undelivered: [{ text: 'one' }, { text: 'two' }],
      undeliveredCount: 3,
    },
  });
});

test('a deleted account looks the same before and after its rows are removed', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await alice.send('bob', 'to bob');
  await bob.send('alice', 'from bob');
  await alice.send('bob', 'to bob again');
  await carol.send('bob', 'to bob alone');
  await alice.send('carol', 'to carol');
  const bobId = await close(chat, 'bob');
  expect(await count(chat.app.store, 'message')).toBe(5);

  async function seen() {
    const sent = alice.watch(Sent, {});
    const first = await sent.next();
    sent.stop();
    return {
      accounts: (await alice.ask(AccountsMatching, {})).accounts.edges.map(
        ({ node }) => node.username,
      ),
      conversations: (await alice.ask(Conversations, {})).conversations?.edges,
      ofCarol: (await carol.ask(Conversations, {})).conversations?.edges.map(
        ({ node }) => node.counterpartUsername,
      ),
      conversation: (await alice.ask(Conversation, { with: bobId, last: 1 })).conversation,
      sent: first,
      login: await chat.anonymous.ask(Login, { input: { username: 'bob', password: PASSWORD } }),
      byName: await send(alice, 'bob', 'by name'),
      byId: await send(alice, bobId, 'by id'),
      session: codes(
        await overHttp({ url: chat.url, query: '{ mailbox { pendingCount } }', token: bob.token }),
      ),
    };
  }
  const before = await seen();
  expect(before).toMatchObject({
    accounts: ['alice', 'carol'],
    conversations: [
      { node: { counterpartUsername: 'carol', lastMessage: { text: 'to carol' } } },
      {
        node: {
          counterpart: null,
          counterpartUsername: 'bob',
          lastMessage: { text: 'from bob' },
        },
      },
    ],
    ofCarol: ['alice'],
    conversation: {
      messages: {
        edges: [{ node: { text: 'from bob' } }],
        pageInfo: { hasPreviousPage: false },
      },
    },
    sent: { messageSent: { text: 'to carol', recipient: { username: 'carol' } } },
    login: { login: { __typename: 'InvalidCredentialsError' } },
    byName: 'AccountNotFoundError',
    byId: 'AccountNotFoundError',
    session: ['SESSION_ENDED'],
  });

  await removeAll(chat.app.store);
  expect(await count(chat.app.store, 'message')).toBe(2);
  expect(await count(chat.app.store, 'account')).toBe(2);
  expect(await seen()).toEqual(before);
});

test('a username is free, and its new mailbox empty, before rows are removed', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await bob.send('alice', 'from the old');
  expect(await send(alice, 'bob', 'an id')).toBe('SendMessageSuccess');
  await close(chat, 'bob');
  await chat.create('bob');
  const again = await chat.login('bob');
  expect((await again.ask(Conversations, {})).conversations?.edges).toEqual([]);
  // The id still belongs to the message to the old one. Those that share its batch are stored.
  expect(await Promise.all([send(alice, 'bob', 'an id'), send(alice, 'bob', 'another')])).toEqual([
    'ClientMessageIdReusedError',
    'SendMessageSuccess',
  ]);
  expect((await again.read().shown(1))[0]).toMatchObject({ position: 1, text: 'hello' });
  await removeAll(chat.app.store);
  expect(await count(chat.app.store, 'account')).toBe(2);
  expect(
    (await again.ask(Conversation, { with: 'alice' })).conversation?.messages.edges,
  ).toHaveLength(1);
});

test('a large mailbox is removed in many transactions, with sends in between', async () => {
  const { chat, alice } = await newChatWith(
    { limits: { maxPendingMessages: 5 } },
    'alice',
    'carol',
  );
  await chat.create('bob');
  const { store } = chat.app;
  await fillMailbox(store, { senderId: await idOf(store, 'alice'), to: 'bob', count: 5_000 });
  await chat.anonymous.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });

  const left = [await count(store, 'message')];
  // A mailbox that one transaction removes leaves the sender no turn but the first.
  for (let sent = 0; sent < 5; sent += 1) {
    await alice.send('carol', `number ${sent}`);
    left.push(await count(store, 'message'));
  }
  expect(left.at(-1)).toBeGreaterThan(5);
  await chat.app.removal.run();
  expect(await count(store, 'message')).toBe(5);
  expect(await count(store, 'account')).toBe(2);
});

test('a removal batch is bounded for any size of mailbox', async () => {
  const { chat } = await newChat('alice', 'bob');
  const { store } = chat.app;
  await fillMailbox(store, { senderId: await idOf(store, 'alice'), to: 'bob', count: 1_000 });
  await close(chat, 'bob');
  for (let left = await count(store, 'message'); left > 0; ) {
    expect(await removeBatch(store.db)).toBe(true);
    const next = await count(store, 'message');
    expect(left - next).toBe(200);
    left = next;
  }
});

test('two counterparts that are removed at once leave nothing', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  for (const [from, to] of [
    [alice, 'bob'],
    [bob, 'alice'],
    [alice, 'carol'],
    [carol, 'bob'],
  ] as const) {
    await from.send(to, 'hello');
  }
  await close(chat, 'alice');
  await close(chat, 'bob');
  await Promise.all(Array.from({ length: 4 }, () => removeAll(chat.app.store)));
  await removeAll(chat.app.store);
  // What alice sent to carol.
  expect(await count(chat.app.store, 'account')).toBe(1);
  expect(await count(chat.app.store, 'message')).toBe(1);
  expect(await count(chat.app.store, 'participant')).toBe(1);
  expect(await count(chat.app.store, 'conversation')).toBe(1);
});
