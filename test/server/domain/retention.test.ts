import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import {
  Conversation,
  Conversations,
  MarkRead,
} from '../../../client/core/documents/conversation.ts';
import { AcknowledgeMessages, SendMessage } from '../../../client/core/documents/message.ts';
import { MessagesMatching } from '../../../client/core/documents/search.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { graphql } from '../../../client/core/graphql.ts';
import { administration } from '../../../server/domain/administration.ts';
import { retention } from '../../../server/domain/retention.ts';
import { deleteMessages } from '../../../server/store/message-removal.ts';
import type { Store } from '../../../server/store/open.ts';
import { inTransaction } from '../../../server/store/transaction.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { fillMailbox } from '../../support/mailbox.ts';
import type { TestClient } from '../../support/test-client.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const Mailbox = graphql('{ mailbox { pendingCount deliveredThrough sentThrough } }');
const Received = graphql('subscription { messageReceived(after: 0) { position text } }');
const Sent = graphql('subscription { messageSent(after: 0) { sentPosition text } }');
const RetentionDays = graphql('{ server { retentionDays } }');

/** A chat whose messages are ten days old until `comeBack` is called. */
async function longAgo<Name extends string>(...names: Name[]) {
  let days = 10;
  const opened = await newChatWith({ clock: () => Date.now() - days * DAY_MS }, ...names);
  return {
    ...opened,
    comeBack() {
      days = 0;
    },
  };
}

/** Deletes what is older than a week, and delivered. */
async function expire({ app: { services } }: Chat): Promise<void> {
  await using old = retention(
    {
      ...services,
      onFault(fault) {
        throw fault;
      },
    },
    7,
  );
  await old.run();
}

const acknowledge = (client: TestClient, through: number) =>
  client.ask(AcknowledgeMessages, { input: { through } });

const textsWith = async (client: TestClient, other: string) =>
  (await client.ask(Conversation, { with: other, first: 100 })).conversation?.messages.edges.map(
    ({ node }) => node.text,
  );

const listed = async (client: TestClient) =>
  (await client.ask(Conversations, {})).conversations?.edges.map(({ node }) => [
    node.counterpartUsername,
    node.lastMessage?.text,
    node.unreadCount,
  ]);

const found = async (client: TestClient, matching: string) =>
  (await client.ask(MessagesMatching, { matching, first: 10 })).messages?.edges.map(
    ({ node }) => node.text,
  );

const rows = async (
  { db }: Store,
  table: 'message' | 'participant' | 'conversation' | 'usedClientId',
) =>
  Number(
    (
      await db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count,
  );

test('old messages are deleted once they are delivered, and all counts stay true', async () => {
  const { chat, alice, bob, comeBack } = await longAgo('alice', 'bob');
  for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
  await bob.send('alice', 'answer');
  await acknowledge(bob, 2);
  await acknowledge(alice, 1);
  expect(await found(bob, 'one')).toEqual(['one']);
  comeBack();
  await alice.send('bob', 'four');
  await acknowledge(bob, 2);
  await expire(chat);
  for (const client of [alice, bob])
    expect(await textsWith(client, client === alice ? 'bob' : 'alice')).toEqual(['three', 'four']);
  expect(await listed(bob)).toEqual([['alice', 'four', 2]]);
  expect(await listed(alice)).toEqual([['bob', 'four', 0]]);
  expect(await found(bob, 'one')).toEqual([]);
  expect(await found(bob, 'three')).toEqual(['three']);
  expect(await bob.ask(Mailbox, {})).toEqual({
    mailbox: { pendingCount: 2, deliveredThrough: 2, sentThrough: 1 },
  });
  const received = bob.watch(Received, {});
  expect(await received.next()).toEqual({ messageReceived: { position: 3, text: 'three' } });
  expect(await received.next()).toEqual({ messageReceived: { position: 4, text: 'four' } });
  const sent = alice.watch(Sent, {});
  expect(await sent.next()).toEqual({ messageSent: { sentPosition: 3, text: 'three' } });
  await alice.send('bob', 'five');
  expect(await received.next()).toEqual({ messageReceived: { position: 5, text: 'five' } });
});

test('a conversation whose messages are all deleted is as before its first', async () => {
  const { chat, alice, bob, comeBack } = await longAgo('alice', 'bob');
  await alice.send('bob', 'old');
  await alice.send('alice', 'note');
  await acknowledge(bob, 1);
  await acknowledge(alice, 1);
  comeBack();
  await expire(chat);
  expect(await listed(alice)).toEqual([]);
  expect(await listed(bob)).toEqual([]);
  expect(await textsWith(alice, 'bob')).toEqual([]);
  const { store } = chat.app;
  expect(await rows(store, 'message')).toBe(0);
  expect(await rows(store, 'participant')).toBe(0);

  await bob.send('alice', 'new');
  expect(await listed(alice)).toEqual([['bob', 'new', 1]]);
  const { conversation } = await alice.ask(Conversation, { with: 'bob', last: 1 });
  const through = conversation?.messages.edges[0]?.node.id ?? '';
  expect(await alice.ask(MarkRead, { input: { with: 'bob', through } })).toMatchObject({
    markRead: { conversation: { unreadCount: 0 } },
  });
});

test('a list ends with what is left where the newest message is deleted first', async () => {
  const { chat, alice, bob, comeBack } = await longAgo('alice', 'bob');
  await alice.send('bob', 'not delivered');
  await bob.send('alice', 'delivered');
  await acknowledge(alice, 1);
  comeBack();
  await expire(chat);
  expect(await listed(alice)).toEqual([['bob', 'not delivered', 0]]);
  expect(await listed(bob)).toEqual([['alice', 'not delivered', 1]]);
});

test('an old clientMessageId stays used after its message is deleted', async () => {
  const { chat, alice, bob, comeBack } = await longAgo('alice', 'bob');
  const input = { to: 'bob', text: 'once', clientMessageId: 'first' };
  await alice.ask(SendMessage, { input });
  await acknowledge(bob, 1);
  comeBack();
  await expire(chat);
  await expire(chat);
  expect(await alice.ask(SendMessage, { input })).toEqual({
    sendMessage: {
      __typename: 'ClientMessageIdReusedError',
      message: 'The message with this clientMessageId was sent before, and has been deleted since.',
    },
  });
  expect(await rows(chat.app.store, 'message')).toBe(0);
  await alice.ask(SendMessage, { input: { ...input, clientMessageId: 'second' } });
  expect(await rows(chat.app.store, 'message')).toBe(1);
});

test('messages expire while others are sent, and none is lost', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const reading = bob.read();
  // Everything that is delivered is old enough.
  await using old = retention({ ...chat.app.services, clock: () => Date.now() + 1_000 }, 0);
  const sending = Promise.all(
    Array.from({ length: 300 }, (_, number) => alice.send('bob', `number ${number}`)),
  );
  for (let count = 1; count <= 300; count += 1) {
    await Promise.all([reading.shown(count), count % 10 === 0 && old.run()]);
  }
  await sending;
  const received = await reading.shown(300);
  expect(received.map(({ position }) => position)).toEqual(
    Array.from({ length: 300 }, (_, index) => index + 1),
  );
  // An acknowledgement in progress would lock the account, which is then left out.
  await reading.inbox.settled();
  await old.run();
  expect(await rows(chat.app.store, 'message')).toBe(0);
  expect(await listed(bob)).toEqual([]);
});

test('a message that two servers delete is counted once', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
  const { db } = chat.app.store;
  const { id } = await db
    .selectFrom('message')
    .select('id')
    .where('position', '=', 1)
    .executeTakeFirstOrThrow();
  // The second one has looked for old messages before the first one deleted them.
  for (let server = 1; server <= 2; server += 1)
    await inTransaction(db, (tx) => deleteMessages(tx, [id]));
  expect(await listed(bob)).toEqual([['alice', 'three', 2]]);
});

test('all rows of an account are removed after its messages have expired', async () => {
  const { chat, alice, bob, comeBack } = await longAgo('alice', 'bob');
  await alice.ask(SendMessage, { input: { to: 'bob', text: 'old', clientMessageId: 'used' } });
  await acknowledge(bob, 1);
  comeBack();
  await expire(chat);
  const { store, services, removal } = chat.app;
  expect(await rows(store, 'conversation')).toBe(1);
  expect(await rows(store, 'usedClientId')).toBe(1);
  await administration(services, 'root').delete('alice');
  await removal.run();
  expect(await rows(store, 'conversation')).toBe(0);
  expect(await rows(store, 'usedClientId')).toBe(0);
});

test('messages of a deleted sender expire, more than one step of them', async () => {
  const { chat, bob, comeBack } = await longAgo('alice', 'bob');
  const { store, services } = chat.app;
  const { id: senderId } = await administration(services, 'root').account('alice');
  await fillMailbox(store, { senderId, to: 'bob', count: 450 });
  await acknowledge(bob, 450);
  await administration(services, 'root').delete('alice');
  comeBack();
  await expire(chat);
  expect(await rows(store, 'message')).toBe(450);
  await using all = retention({ ...services, clock: () => Date.now() + 8 * DAY_MS }, 7);
  await all.run();
  expect(await rows(store, 'message')).toBe(0);
  expect(await listed(bob)).toEqual([]);
});

test('RETENTION_DAYS is published, and nothing is deleted without it', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'kept');
  await acknowledge(bob, 1);
  expect(await alice.ask(RetentionDays, {})).toEqual({ server: { retentionDays: null } });
  await using none = retention(
    { ...chat.app.services, clock: () => Date.now() + 1_000 * DAY_MS },
    undefined,
  );
  await none.run();
  expect(await textsWith(bob, 'alice')).toEqual(['kept']);
  const other = await newChatWith({ settings: { RETENTION_DAYS: '30' } }, 'carol');
  expect(await other.carol.ask(RetentionDays, {})).toEqual({ server: { retentionDays: 30 } });
});

test('a purge deletes one conversation, and what was pending is not pending', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  for (const text of ['one', 'two']) await alice.send('bob', text);
  await carol.send('bob', 'from carol');
  await alice.send('bob', 'three');
  await bob.send('alice', 'answer');
  const admin = administration(chat.app.services, 'root');
  expect(await admin.purge('bob', 'Alice')).toBe(4);
  expect(await admin.purge('bob', 'alice')).toBe(0);
  expect(await listed(bob)).toEqual([['carol', 'from carol', 1]]);
  expect(await listed(alice)).toEqual([]);
  expect(await alice.ask(Mailbox, {})).toMatchObject({ mailbox: { pendingCount: 0 } });
  const received = bob.watch(Received, {});
  expect(await received.next()).toEqual({ messageReceived: { position: 3, text: 'from carol' } });
  await alice.send('bob', 'later');
  expect(await received.next()).toEqual({ messageReceived: { position: 5, text: 'later' } });
  await acknowledge(bob, 5);
  expect(await bob.ask(Mailbox, {})).toMatchObject({
    mailbox: { pendingCount: 0, deliveredThrough: 5 },
  });
  await expect(admin.purge('bob', 'nobody')).rejects.toThrow('There is no account nobody.');
});

test('a mailbox counts what a purge has left between deleted messages', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  for (const sender of [alice, carol, alice, carol, alice]) await sender.send('bob', 'hello');
  await administration(chat.app.services, 'root').purge('alice', 'bob');
  const pending = async () => (await bob.ask(Mailbox, {})).mailbox;
  expect(await pending()).toMatchObject({ pendingCount: 2, deliveredThrough: 1 });
  const input = { username: 'bob', password: PASSWORD, ifOnline: 'JOIN' as const };
  expect((await chat.anonymous.ask(Login, { input })).login).toMatchObject({
    mailbox: { pendingCount: 2, deliveredThrough: 1 },
  });
  // A client that waits for so many messages gets them.
  const reading = bob.read({ after: 1, pendingCount: 2 });
  await reading.inbox.caughtUp();
  expect(reading.messages.map(({ position }) => position)).toEqual([2, 4]);
  await reading.inbox.settled();

  await carol.send('bob', 'later');
  expect(await reading.shown(3)).toMatchObject([{}, {}, { position: 6 }]);
  await reading.inbox.settled();
  expect(await pending()).toMatchObject({ pendingCount: 0, deliveredThrough: 6 });
});

test('an acknowledgement and a deletion count what a purge has left', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  for (const sender of [carol, alice, carol, alice]) await sender.send('bob', 'hello');
  await administration(chat.app.services, 'root').purge('alice', 'bob');
  expect((await acknowledge(bob, 1)).acknowledgeMessages).toMatchObject({
    mailbox: { pendingCount: 1, deliveredThrough: 1 },
  });
  const input = { username: 'bob', password: PASSWORD };
  expect((await bob.ask(DeleteAccount, { input })).deleteAccount).toMatchObject({
    undeliveredCount: 1,
  });
});

test('a purge reaches what a deleted account has sent', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'spam');
  await alice.send('alice', 'note');
  const admin = administration(chat.app.services, 'root');
  expect(await admin.purge('alice', 'alice')).toBe(1);
  await admin.delete('alice');
  expect(await admin.purge('bob', 'alice')).toBe(1);
  expect(await listed(bob)).toEqual([]);
});
