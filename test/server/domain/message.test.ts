import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { AcknowledgeMessages, SendMessage } from '../../../client/core/documents/message.ts';
import { ReceiptReceived } from '../../../client/core/documents/receipt.ts';
import { codeOf } from '../../../client/core/errors.ts';
import { accountByUsername } from '../../../server/store/account.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { newDatabase, query } from '../../support/database.ts';
import { fillMailbox } from '../../support/mailbox.ts';
import type { TestClient } from '../../support/test-client.ts';

const SEND = `mutation ($in: SendMessageInput!) {
  sendMessage(input: $in) {
    __typename
    ... on SendMessageSuccess { sentMessage { id position text delivered } }
    ... on InvalidTextError { reason limit actual }
    ... on MailboxFullError { limit }
    ... on RateLimitedError { retryAfter }
  }
}`;

/** Sends as a plain client, which shows all that the answer can hold. */
async function send(
  { url, token }: TestClient,
  to: string,
  text: string,
  clientMessageId?: string,
) {
  const result = await overHttp({
    url,
    query: SEND,
    variables: { in: { to, text, clientMessageId } },
    token,
  });
  if (result.errors)
    throw Object.assign(new Error(result.errors[0]?.message), { codes: codes(result) });
  return Object(result.data?.sendMessage);
}

const acknowledge = async (person: TestClient, through: number) =>
  (await person.ask(AcknowledgeMessages, { input: { through } })).acknowledgeMessages;

async function texts(person: TestClient, args = '') {
  const { url, token } = person;
  const query = `{ pendingMessages${args} { edges { cursor node { position text } } pageInfo { hasNextPage endCursor } } }`;
  const { data, errors } = await overHttp({ url, query, token });
  if (errors) return String(codes({ errors }));
  return Object(data?.pendingMessages).edges.map(
    ({ node }: { node: { text: string } }) => node.text,
  );
}

test('a message reaches a connected recipient, and one who connects later', async () => {
  const { alice, bob, chat } = await newChat('alice', 'bob');
  const reading = bob.read();
  expect(await alice.send('bob', 'one')).toMatchObject({ sent: true });
  expect(await alice.send('BOB', 'two')).toMatchObject({ sent: true });
  expect((await reading.shown(2)).map(({ text }) => text)).toEqual(['one', 'two']);
  await reading.inbox.settled();
  bob.close();
  await alice.send('bob', 'three');
  const later = (await chat.login('bob')).read();
  expect((await later.shown(1)).map(({ text, position }) => [text, position])).toEqual([
    ['three', 3],
  ]);
});

test('an invalid text is refused with a reason and its length', async () => {
  const { alice } = await newChatWith({ limits: { maxTextLength: 10 } }, 'alice');
  const refusals: [text: string, reason: string][] = [
    ...['', ' ', '\n\t ', '\u00a0\u3000', '\u200b\u2060\ufeff', '\u00ad', '\u115f\u3164'].map(
      (text): [string, string] => [text, 'EMPTY'],
    ),
    ...['a\0', '\x07', 'a\x1b[2J', '\x7f', 'a\u0085'].map((text): [string, string] => [
      text,
      'CONTROL_CHARACTER',
    ]),
    ...['\ud83e', 'a\udd9cb', '\udd9c\ud83e'].map((text): [string, string] => [
      text,
      'NOT_UNICODE',
    ]),
    ['🦜'.repeat(11), 'TOO_LONG'],
  ];
  for (const [text, reason] of refusals) {
    expect([text, await send(alice, 'alice', text)]).toEqual([
      text,
      { __typename: 'InvalidTextError', reason, limit: 10, actual: [...text].length },
    ]);
  }
  for (const text of [
    '🦜'.repeat(10),
    '\t.\n',
    ' 👩‍👩‍👧 ',
    'e\u0301',
    '\u202eabc',
    '\ufffd\uffff',
  ]) {
    expect(await send(alice, 'alice', text)).toMatchObject({ sentMessage: { text } });
  }
});

test('a message without a clientMessageId is not repeated by one with the id "null"', async () => {
  const { alice } = await newChat('alice', 'bob');
  const results = await Promise.all(
    [null, 'null', null].map((clientMessageId, index) =>
      alice.ask(SendMessage, { input: { to: 'bob', text: `text ${index}`, clientMessageId } }),
    ),
  );
  expect(results.map(({ sendMessage }) => sendMessage.__typename)).toEqual(
    Array(3).fill('SendMessageSuccess'),
  );
});

test('a repeated clientMessageId returns the first message', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const first = await send(alice, 'bob', 'hello', '1');
  expect(await send(alice, 'bob', 'hello', '1')).toEqual(first);
  expect(await send(alice, 'BOB', 'hello', '1')).toEqual(first);
  expect(await send(alice, 'bob', 'hello!', '1')).toEqual({
    __typename: 'ClientMessageIdReusedError',
  });
  expect(await send(alice, 'alice', 'hello', '1')).toEqual({
    __typename: 'ClientMessageIdReusedError',
  });
  expect(await send(bob, 'bob', 'hello', '1')).toMatchObject({ __typename: 'SendMessageSuccess' });
  expect(await texts(bob)).toEqual(['hello', 'hello']);
  await acknowledge(bob, 1);
  expect(await send(alice, 'bob', 'hello', '1')).toMatchObject({
    sentMessage: { id: first.sentMessage.id, delivered: true },
  });

  for (const id of ['', 'x'.repeat(65), 'a\0', '\ud800']) {
    await expect(send(alice, 'bob', 'hello', id)).rejects.toMatchObject({
      codes: ['BAD_USER_INPUT'],
    });
  }
  expect(await send(alice, 'bob', 'again', 'x'.repeat(64))).toMatchObject({
    __typename: 'SendMessageSuccess',
  });

  await chat.create('carol');
  await send(alice, 'carol', 'hello', '2');
  await chat.anonymous.ask(DeleteAccount, { input: { username: 'carol', password: PASSWORD } });
  expect(await send(alice, 'carol', 'hello', '2')).toEqual({ __typename: 'AccountNotFoundError' });
});

test('a mailbox accepts messages up to its limit, also within one batch', async () => {
  const { alice, bob } = await newChatWith({ limits: { maxPendingMessages: 3 } }, 'alice', 'bob');
  const results = await Promise.all(
    ['1', '2', '3', '4', '5'].map((text) =>
      alice.ask(SendMessage, { input: { to: 'bob', text, clientMessageId: text } }),
    ),
  );
  expect(results.map(({ sendMessage }) => sendMessage.__typename)).toEqual([
    ...['1', '2', '3'].map(() => 'SendMessageSuccess'),
    ...['4', '5'].map(() => 'MailboxFullError'),
  ]);
  expect(await send(alice, 'bob', '3', '3')).toMatchObject({ __typename: 'SendMessageSuccess' });
  expect(await send(alice, 'bob', 'more')).toEqual({ __typename: 'MailboxFullError', limit: 3 });
  expect(await send(bob, 'alice', 'to another')).toMatchObject({
    __typename: 'SendMessageSuccess',
  });
  await acknowledge(bob, 1);
  expect(await send(alice, 'bob', '4', '4')).toMatchObject({ __typename: 'SendMessageSuccess' });
  expect(await texts(bob)).toEqual(['2', '3', '4']);
});

test('the mark only advances, and never past the end', async () => {
  const { alice } = await newChat('alice');
  expect(await acknowledge(alice, 1)).toMatchObject({ __typename: 'BeyondMailboxError' });
  for (const text of ['one', 'two', 'three']) await alice.send('alice', text);
  expect(await acknowledge(alice, 2)).toMatchObject({
    mailbox: { deliveredThrough: 2, pendingCount: 1 },
  });
  for (const below of [2, 1, 0, -1, -2_147_483_648]) {
    expect(await acknowledge(alice, below)).toMatchObject({
      mailbox: { deliveredThrough: 2, pendingCount: 1 },
    });
  }
  for (const beyond of [4, 2_147_483_647]) {
    expect(await acknowledge(alice, beyond)).toMatchObject({ __typename: 'BeyondMailboxError' });
  }
  expect(await texts(alice)).toEqual(['three']);
  expect(await acknowledge(alice, 3)).toMatchObject({
    mailbox: { deliveredThrough: 3, pendingCount: 0 },
  });
});

test('acknowledgeMessages returns the messages that are newly delivered', async () => {
  const { alice } = await newChat('alice');
  for (const text of ['one', 'two', 'three', 'four']) await alice.send('alice', text);
  const delivered = async (through: number, page = '') => {
    const query = `mutation { acknowledgeMessages(input: { through: ${through} }) {
      ... on AcknowledgeMessagesSuccess {
        messages${page} { edges { node { text delivered } } pageInfo { hasNextPage } }
      }
    } }`;
    const { data } = await overHttp({ url: alice.url, token: alice.token, query });
    return Object(data?.acknowledgeMessages).messages;
  };
  const page = (hasNextPage: boolean, ...texts: string[]) => ({
    edges: texts.map((text) => ({ node: { text, delivered: true } })),
    pageInfo: { hasNextPage },
  });
  expect(await delivered(1)).toEqual(page(false, 'one'));
  expect(await delivered(3, '(first: 1)')).toEqual(page(true, 'two'));
  expect(await delivered(3)).toEqual(page(false));
  expect(await delivered(1)).toEqual(page(false));
});

test('each sender gets a receipt for any number of acknowledged messages', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const { store } = chat.app;
  const sender = await accountByUsername(store.db, 'alice');
  await carol.send('bob', 'the first');
  await fillMailbox(store, { senderId: sender?.id ?? '', to: 'bob', count: 2_500 });
  const [toAlice, toCarol] = [alice.watch(ReceiptReceived, {}), carol.watch(ReceiptReceived, {})];
  await alice.send('bob', 'the last');
  await carol.send('alice', 'hello');
  await bob.ask(AcknowledgeMessages, { input: { through: 2_502 } });
  for (const receipts of [toAlice, toCarol]) {
    expect(await receipts.next()).toMatchObject({ receiptReceived: { by: { username: 'bob' } } });
  }
});

test('a carriage return is stored as a newline', async () => {
  const { alice } = await newChat('alice');
  expect(await send(alice, 'alice', 'one\r\ntwo\rthree\n\rfour', '1')).toMatchObject({
    sentMessage: { text: 'one\ntwo\nthree\n\nfour' },
  });
  // A repeat is compared with what was stored.
  expect(await send(alice, 'alice', 'one\ntwo\r\nthree\n\nfour', '1')).toMatchObject({
    __typename: 'SendMessageSuccess',
  });
  expect(await send(alice, 'alice', '\r\n')).toMatchObject({ reason: 'EMPTY' });
});

test('position is visible to the recipient and null for the sender', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  expect(await send(alice, 'bob', 'hello')).toMatchObject({ sentMessage: { position: null } });
  expect((await bob.read().shown(1))[0]).toMatchObject({ position: 1 });
  expect(await send(bob, 'bob', 'note')).toMatchObject({ sentMessage: { position: 2 } });
});

test('pendingMessages is paged', async () => {
  const { alice } = await newChatWith({ limits: { maxPageSize: 3 } }, 'alice');
  for (const text of ['1', '2', '3', '4', '5']) await alice.send('alice', text);
  await acknowledge(alice, 1);
  expect(await texts(alice)).toEqual(['2', '3', '4']);
  expect(await texts(alice, '(first: 100)')).toEqual(['2', '3', '4']);
  expect(await texts(alice, '(first: 1)')).toEqual(['2']);
  expect(await texts(alice, '(after: "mailbox:4")')).toEqual(['5']);
  expect(await texts(alice, '(after: "mailbox:0")')).toEqual(['2', '3', '4']);
  expect(await texts(alice, '(after: "mailbox:5")')).toEqual([]);
  for (const bad of [
    '(first: -1)',
    '(after: "")',
    '(after: "x")',
    '(after: "mailbox:-1")',
    '(after: "mailbox:1.5")',
    '(after: "mailbox:99999999999")',
  ]) {
    expect([bad, await texts(alice, bad)]).toEqual([bad, 'BAD_USER_INPUT']);
  }
});

test('sends are limited per account, not per recipient', async () => {
  const { alice, bob } = await newChatWith({ limits: { maxSendsPerMinute: 2 } }, 'alice', 'bob');
  expect(await send(alice, 'bob', 'one')).toMatchObject({ __typename: 'SendMessageSuccess' });
  expect(await send(alice, 'alice', 'two')).toMatchObject({ __typename: 'SendMessageSuccess' });
  const refusal = await send(alice, 'bob', 'three');
  expect(refusal.__typename).toBe('RateLimitedError');
  expect(refusal.retryAfter).toBeGreaterThan(30_000);
  expect(refusal.retryAfter).toBeLessThanOrEqual(60_000);
  expect(await send(bob, 'bob', 'one')).toMatchObject({ __typename: 'SendMessageSuccess' });
  expect(await texts(bob)).toEqual(['one', 'one']);
});

test('every mailbox operation needs a login', async () => {
  const { chat } = await newChat();
  const { anonymous } = chat;
  expect(await acknowledge(anonymous, 1).then(String, codeOf)).toBe('UNAUTHENTICATED');
  expect(await texts(anonymous)).toBe('UNAUTHENTICATED');
  await expect(send(anonymous, 'alice', 'hello')).rejects.toMatchObject({
    codes: ['UNAUTHENTICATED'],
  });
});

test('a change by another process is noticed without a ring', async () => {
  const databaseUrl = await newDatabase();
  const settings = { DATABASE_URL: databaseUrl };
  const { alice, bob } = await newChatWith({ settings }, 'alice', 'bob');
  const reading = bob.read();
  await bob.send('bob', 'I am here');
  await reading.shown(1);
  await query(
    databaseUrl,
    `insert into message (id, recipient_id, position, sender_id, sender_username, text, sent_at,
      conversation_id, conversation_position, sent_position)
    select 'ffffffff-0000-7000-8000-000000000000', recipient_id, 2, sender_id, sender_username,
      'no bell', sent_at, conversation_id, 2, 2 from message`,
  );
  await query(
    databaseUrl,
    "update account set last_position = 2, sent_count = 2 where username = 'bob'",
  );
  expect((await reading.shown(2)).map(({ text }) => text)).toEqual(['I am here', 'no bell']);

  const ended = alice.becomes('ended');
  await query(
    databaseUrl,
    "delete from session where account_id = (select id from account where username = 'alice')",
  );
  await ended;
});
