import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import {
  BlockAccount,
  BlockedAccounts,
  UnblockAccount,
} from '../../../client/core/documents/block.ts';
import { MarkRead } from '../../../client/core/documents/conversation.ts';
import { AcknowledgeMessages, SendMessage } from '../../../client/core/documents/message.ts';
import { PresenceChanged } from '../../../client/core/documents/presence.ts';
import { ReceiptReceived } from '../../../client/core/documents/receipt.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { newChat, newClients, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const block = async (client: TestClient, account: string) =>
  (await client.ask(BlockAccount, { input: { account } })).blockAccount;

const unblock = async (client: TestClient, account: string) =>
  (await client.ask(UnblockAccount, { input: { account } })).unblockAccount;

const send = async (client: TestClient, to: string, clientMessageId: string) =>
  (await client.ask(SendMessage, { input: { to, text: 'hello', clientMessageId } })).sendMessage;

// biome-ignore lint/suspicious/noExplicitAny: the answer to a document that is only a text here
const dataOf = async ({ url, token }: TestClient, query: string): Promise<any> =>
  (await overHttp({ url, query, token })).data;

const BLOCKED = { __typename: 'RecipientBlockedError' };

test('what a blocked account sends is refused until it is unblocked', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  expect(await block(bob, ' Alice')).toMatchObject({
    account: { username: 'alice', blocked: true },
  });
  expect(await send(alice, 'bob', '1')).toMatchObject({
    ...BLOCKED,
    message: 'The recipient has blocked you. Nothing was sent.',
  });
  // The other direction is open, and others may write to Bob.
  expect((await send(bob, 'alice', '1')).__typename).toBe('SendMessageSuccess');
  expect((await send(bob, 'bob', '2')).__typename).toBe('SendMessageSuccess');
  expect(await unblock(bob, 'alice')).toMatchObject({ account: { blocked: false } });
  expect((await send(alice, 'bob', '1')).__typename).toBe('SendMessageSuccess');
});

test('a repeated send is answered with the first message after a block', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const first = await send(alice, 'bob', '1');
  await block(bob, 'alice');
  expect(await send(alice, 'bob', '1')).toEqual(first);
  expect(await send(alice, 'bob', '2')).toMatchObject(BLOCKED);
  expect(await dataOf(bob, '{ pendingMessages { edges { node { text } } } }')).toMatchObject({
    pendingMessages: { edges: [{ node: { text: 'hello' } }] },
  });
});

test('no send is accepted after blockAccount has answered', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  let isBlocked = false;
  let refused = 0;
  async function write(sender: number): Promise<void> {
    for (let count = 0; count < 40; count += 1) {
      const sentAfter = isBlocked;
      const { __typename } = await send(alice, 'bob', `${sender}-${count}`);
      if (__typename !== 'SendMessageSuccess') refused += 1;
      else if (sentAfter) throw new Error('A message was accepted after the block.');
    }
  }
  const writing = Promise.all(Array.from({ length: 8 }, (_, sender) => write(sender)));
  const reading = bob.read();
  await reading.shown(50);
  await block(bob, 'alice');
  isBlocked = true;
  await writing;
  expect(refused).toBeGreaterThan(0);
  const accepted = 8 * 40 - refused;
  expect(await reading.shown(accepted)).toHaveLength(accepted);
});

test('a batch refuses the blocked senders alone', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `user${index}`);
  const { chat, bob, eve } = await newChat('bob', 'eve');
  const clients = Object.values(await newClients(chat, names));
  for (const name of names.slice(0, 6)) await block(bob, name);
  for (const name of names.slice(3, 9)) await block(eve, name);
  const sent = clients.flatMap((client) =>
    ['bob', 'eve'].map(async (to) => (await send(client, to, to)).__typename),
  );
  const isRefused = (await Promise.all(sent)).map((name) => name === 'RecipientBlockedError');
  expect(isRefused).toEqual(names.flatMap((_name, index) => [index < 6, index >= 3 && index < 9]));
});

test('to block oneself or an unknown account is refused', async () => {
  const { alice } = await newChat('alice');
  expect(await block(alice, 'alice')).toMatchObject({ __typename: 'CannotBlockSelfError' });
  for (const change of [block, unblock])
    expect(await change(alice, 'nobody')).toMatchObject({ __typename: 'AccountNotFoundError' });
  expect(await unblock(alice, 'alice')).toMatchObject({ __typename: 'UnblockAccountSuccess' });
});

test('blockedAccounts lists the last blocked first, in pages', async () => {
  const { chat, alice } = await newChat('alice');
  for (const name of ['bob', 'carol', 'dave']) await chat.create(name);
  for (const name of ['carol', 'bob', 'dave', 'carol']) await block(alice, name);
  async function page(after: string | null) {
    const { blockedAccounts } = await alice.ask(BlockedAccounts, { first: 2, after });
    const names = blockedAccounts?.edges.map(({ node }) => node.username);
    return { names, ...blockedAccounts?.pageInfo };
  }
  const first = await page(null);
  expect(first).toMatchObject({ names: ['dave', 'bob'], hasNextPage: true });
  expect(await page(first.endCursor ?? null)).toMatchObject({ names: ['carol'] });
  await unblock(alice, 'bob');
  expect((await page(null)).names).toEqual(['dave', 'carol']);
  const query = '{ blockedAccounts(after: "dave") { edges { cursor } } }';
  expect(codes(await overHttp({ url: chat.url, query, token: alice.token }))).toEqual([
    'BAD_USER_INPUT',
  ]);
});

test('blocked is of the viewer, and null without a login', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await block(alice, 'bob');
  const query =
    '{ accounts { edges { node { username blocked } } } blockedAccounts { edges { cursor } } }';
  const blocked = async (client: TestClient) =>
    (await dataOf(client, query)).accounts.edges.map(
      ({ node }: { node: { blocked: boolean } }) => node.blocked,
    );
  expect(await blocked(alice)).toEqual([false, true]);
  expect(await blocked(bob)).toEqual([false, false]);
  expect(await blocked(chat.anonymous)).toEqual([null, null]);
  expect(codes(await overHttp({ url: chat.url, query }))).toEqual(['UNAUTHENTICATED']);
});

test('an account is offline for those it blocks', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const online = async (client: TestClient) =>
    (await dataOf(client, '{ account(username: "bob") { online } }')).account.online;
  const [blocked, other] = [alice, carol].map((client) =>
    client.watch(PresenceChanged, { of: ['bob'] }),
  );
  for (const watching of [blocked, other])
    expect(await watching?.next()).toMatchObject({ presenceChanged: { online: true } });
  await block(bob, 'alice');
  expect(await blocked?.next()).toMatchObject({ presenceChanged: { online: false } });
  expect([await online(alice), await online(carol)]).toEqual([false, true]);
  const elsewhere = await chat.login('alice');
  const later = elsewhere.watch(PresenceChanged, { of: ['bob'] });
  expect(await later.next()).toMatchObject({ presenceChanged: { online: false } });
  // What Bob does from now on is not shown: the next that Alice hears of is the end of the block.
  await chat.login('bob');
  await unblock(bob, 'alice');
  for (const watching of [blocked, later])
    expect(await watching?.next()).toMatchObject({ presenceChanged: { online: true } });
  expect(other?.waiting).toBe(0);
});

test('the receipts of an account are not shown to those it blocks', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const receipts = alice.watch(ReceiptReceived, {});
  const sent = await send(alice, 'bob', '1');
  const through = sent.__typename === 'SendMessageSuccess' ? sent.sentMessage.id : '';
  await block(bob, 'alice');
  await bob.ask(AcknowledgeMessages, { input: { through: 1 } });
  await bob.ask(MarkRead, { input: { with: 'alice', through } });
  const query = `{ conversation(with: "bob") {
    deliveredThrough readThrough
    messages { edges { node { delivered read } } }
  } }`;
  expect((await dataOf(alice, query)).conversation).toEqual({
    deliveredThrough: null,
    readThrough: null,
    messages: { edges: [{ node: { delivered: false, read: false } }] },
  });
  // A receipt of Carol comes first: none of Bob was sent before.
  await send(alice, 'carol', '2');
  await carol.ask(AcknowledgeMessages, { input: { through: 1 } });
  expect((await receipts.next()).receiptReceived.by.username).toBe('carol');
  await unblock(bob, 'alice');
  expect((await receipts.next()).receiptReceived).toMatchObject({
    by: { username: 'bob' },
    deliveredThrough: through,
    readThrough: through,
  });
  expect((await dataOf(alice, query)).conversation).toMatchObject({
    readThrough: through,
    messages: { edges: [{ node: { delivered: true, read: true } }] },
  });
});

test('the blocks of and by a deleted account are removed', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await block(alice, 'bob');
  await block(bob, 'carol');
  await block(alice, 'carol');
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  const { blockedAccounts } = await alice.ask(BlockedAccounts, {});
  expect(blockedAccounts?.edges.map(({ node }) => node.username)).toEqual(['carol']);
  await chat.app.removal.run();
  const rows = await chat.app.store.db.selectFrom('block').selectAll().execute();
  expect(rows).toHaveLength(1);
  await chat.create('bob');
  const reborn = await chat.login('bob');
  expect((await send(reborn, 'alice', '1')).__typename).toBe('SendMessageSuccess');
  expect((await send(carol, 'bob', '1')).__typename).toBe('SendMessageSuccess');
});
