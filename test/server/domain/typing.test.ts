import { expect, test } from 'vitest';
import { BlockAccount } from '../../../client/core/documents/block.ts';
import { SetTyping, TypingChanged } from '../../../client/core/documents/typing.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const setTyping = async (client: TestClient, other: string, typing: boolean) =>
  (await client.ask(SetTyping, { input: { with: other, typing } })).setTyping;

// biome-ignore lint/suspicious/noExplicitAny: the answer to a document that is only a text here
const dataOf = async ({ url, token }: TestClient, query: string): Promise<any> =>
  (await overHttp({ url, query, token })).data;

const conversationId = async (client: TestClient, other: string): Promise<string> =>
  (await dataOf(client, `{ conversation(with: "${other}") { id } }`)).conversation.id;

const isTyping = async (client: TestClient, other: string): Promise<boolean> =>
  (await dataOf(client, `{ conversation(with: "${other}") { typing } }`)).conversation.typing;

test('typingChanged yields when the counterpart types, and when it stops', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const ids = [await conversationId(alice, 'bob'), await conversationId(alice, 'carol')];
  const watching = alice.watch(TypingChanged, { in: ids });
  const next = async () => (await watching.next()).typingChanged;
  await setTyping(bob, 'carol', true);
  await setTyping(bob, 'alice', true);
  expect(await next()).toEqual({
    id: ids[0],
    counterpartId: expect.any(String),
    counterpartUsername: 'bob',
    typing: true,
  });
  expect([await isTyping(alice, 'bob'), await isTyping(bob, 'alice')]).toEqual([true, false]);
  await setTyping(bob, 'alice', true);
  await setTyping(carol, 'ALICE ', true);
  expect(await next()).toMatchObject({ id: ids[1], typing: true });
  await setTyping(bob, 'alice', false);
  expect(await next()).toMatchObject({ id: ids[0], typing: false });
  expect(await isTyping(alice, 'bob')).toBe(false);
});

test('typingChanged begins with those that type already', async () => {
  const { alice, bob } = await newChat('alice', 'bob', 'carol');
  await setTyping(bob, 'alice', true);
  const ids = [await conversationId(alice, 'carol'), await conversationId(alice, 'bob')];
  const watching = alice.watch(TypingChanged, { in: ids });
  expect((await watching.next()).typingChanged).toMatchObject({ id: ids[1], typing: true });
});

test('typing ends by itself', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const watching = alice.watch(TypingChanged, { in: [await conversationId(alice, 'bob')] });
  await setTyping(bob, 'alice', true);
  expect((await watching.next()).typingChanged.typing).toBe(true);
  expect((await watching.next()).typingChanged.typing).toBe(false);
});

test('typing is shown for six seconds after the last call', async () => {
  let now = Date.now();
  const { alice, bob } = await newChatWith({ clock: () => now }, 'alice', 'bob');
  await setTyping(bob, 'alice', true);
  now += 4_000;
  await setTyping(bob, 'alice', true);
  now += 5_999;
  expect(await isTyping(alice, 'bob')).toBe(true);
  now += 1;
  expect(await isTyping(alice, 'bob')).toBe(false);
});

test('typingChanged ignores ids that are not of conversations of the viewer', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob', 'carol');
  const { viewer } = await dataOf(alice, '{ viewer { id } }');
  const others = [
    await conversationId(bob, 'alice'),
    await conversationId(bob, 'carol'),
    `conversation:${viewer.id}:nobody`,
    viewer.id,
    '\0',
    '',
  ];
  const mine = await conversationId(alice, 'carol');
  const watching = alice.watch(TypingChanged, { in: [...others, mine, mine] });
  await setTyping(bob, 'alice', true);
  await setTyping(await chat.login('carol'), 'alice', true);
  expect((await watching.next()).typingChanged).toMatchObject({ id: mine, typing: true });
  await expect(
    alice.watch(TypingChanged, { in: Array.from({ length: 101 }, () => mine) }).next(),
  ).rejects.toMatchObject({ graphQLErrors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
});

test('typing is not shown between accounts of which one blocks the other', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const watching = alice.watch(TypingChanged, { in: [await conversationId(alice, 'bob')] });
  await setTyping(bob, 'alice', true);
  await setTyping(alice, 'bob', true);
  expect((await watching.next()).typingChanged.typing).toBe(true);
  await bob.ask(BlockAccount, { input: { account: 'alice' } });
  expect((await watching.next()).typingChanged.typing).toBe(false);
  expect(await isTyping(bob, 'alice')).toBe(false);
  expect(await setTyping(alice, 'bob', true)).toMatchObject({
    __typename: 'RecipientBlockedError',
  });
  expect(await setTyping(bob, 'alice', true)).toMatchObject({ __typename: 'SetTypingSuccess' });
  expect([await isTyping(alice, 'bob'), await isTyping(bob, 'alice')]).toEqual([false, false]);
});

test('setTyping is limited per account, and refuses unknown accounts', async () => {
  const limits = { maxTypingPerMinute: 2 };
  const { chat, alice, bob } = await newChatWith({ limits }, 'alice', 'bob');
  expect(await setTyping(alice, 'nobody', true)).toMatchObject({
    __typename: 'AccountNotFoundError',
  });
  await setTyping(alice, 'bob', true);
  expect(await setTyping(alice, 'bob', false)).toMatchObject({ __typename: 'RateLimitedError' });
  expect(await setTyping(bob, 'alice', true)).toMatchObject({ __typename: 'SetTypingSuccess' });
  const query = 'mutation { setTyping(input: { with: "bob", typing: true }) { __typename } }';
  expect(codes(await overHttp({ url: chat.url, query }))).toEqual(['UNAUTHENTICATED']);
});
