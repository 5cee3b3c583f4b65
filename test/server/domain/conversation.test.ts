import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import {
  Conversation,
  Conversations,
  MarkRead,
} from '../../../client/core/documents/conversation.ts';
import { AcknowledgeMessages, MessageSent } from '../../../client/core/documents/message.ts';
import { ReceiptReceived } from '../../../client/core/documents/receipt.ts';
import type { VariablesOf } from '../../../client/core/graphql.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const texts = async (
  person: TestClient,
  variables: { with: string; first?: number; last?: number; before?: string },
) => {
  const { conversation } = await person.ask(Conversation, variables);
  return conversation.edges.map(({ node }) => node.text);
};

const read = (person: TestClient, other: string, through: string) =>
  person.ask(MarkRead, { input: { with: other, through } }).then(({ markRead }) => markRead);

async function sendAll(from: TestClient, to: string, ...all: string[]) {
  const messages = [];
  for (const text of all) {
    const outcome = await from.send(to, text);
    if (!outcome.sent) throw new Error(outcome.reason);
    messages.push(outcome.message);
  }
  return messages;
}

test('a conversation holds both directions, oldest first, and nothing else', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await sendAll(alice, 'bob', 'one', 'two');
  await sendAll(bob, 'alice', 'three');
  await sendAll(carol, 'alice', 'elsewhere');
  await sendAll(alice, 'bob', 'four');
  expect(await texts(alice, { with: 'bob' })).toEqual(['one', 'two', 'three', 'four']);
  expect(await texts(bob, { with: 'ALICE' })).toEqual(['one', 'two', 'three', 'four']);
  expect(await texts(carol, { with: 'bob' })).toEqual([]);
});

test('a conversation is paged from either end', async () => {
  const { alice } = await newChat('alice', 'bob');
  await sendAll(alice, 'bob', '1', '2', '3', '4', '5');
  const newest = await alice.ask(Conversation, { with: 'bob', last: 2 });
  expect(newest.conversation.edges.map(({ node }) => node.text)).toEqual(['4', '5']);
  expect(newest.conversation.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  const before = newest.conversation.pageInfo.startCursor ?? '';
  expect(await texts(alice, { with: 'bob', last: 2, before })).toEqual(['2', '3']);
  expect(await texts(alice, { with: 'bob', first: 2 })).toEqual(['1', '2']);
});

test('paging yields each message once and in order during new sends', async () => {
  const { alice, bob } = await newChat('alice', 'bob', 'carol');
  const step = fc.constantFrom('alice writes', 'bob writes', 'read on', 'read back');
  const sent: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, size) => {
        const onward: string[] = [];
        const backward: string[] = [];
        const page = async (person: TestClient, variables: VariablesOf<typeof Conversation>) => {
          const { edges, pageInfo } = (await person.ask(Conversation, variables)).conversation;
          return { page: edges.map(({ node }) => node.text), ...pageInfo };
        };
        let after: string | null = null;
        let before: string | null = null;
        const start = [...sent];
        let backStart: number | undefined;
        for (const what of steps) {
          if (what === 'read on') {
            const { page: texts, endCursor } = await page(alice, {
              with: 'bob',
              first: size,
              after,
            });
            onward.push(...texts);
            after = endCursor ?? after;
          } else if (what === 'read back') {
            // A page that was empty left nothing to go back from.
            if (before === null) backStart = sent.length;
            const { page: texts, startCursor } = await page(bob, {
              with: 'alice',
              last: size,
              before,
            });
            backward.unshift(...texts);
            before = startCursor ?? before;
          } else {
            const text = `${sent.length}`;
            await (what === 'alice writes' ? alice.send('bob', text) : bob.send('alice', text));
            sent.push(text);
          }
        }
        expect(onward).toEqual(sent.slice(0, onward.length));
        expect(onward.length).toBeGreaterThanOrEqual(
          Math.min(start.length, size * steps.filter((s) => s === 'read on').length),
        );
        expect(backward).toEqual(sent.slice((backStart ?? 0) - backward.length, backStart ?? 0));
      },
    ),
    { numRuns: 30 },
  );
});

test("a deleted account's conversation stays apart from the next owner's", async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await sendAll(bob, 'alice', 'from the first bob');
  await sendAll(alice, 'bob', 'to the first bob');
  const { conversations } = await alice.ask(Conversations, {});
  const firstBob = conversations.edges[0]?.node.counterpartId ?? '';
  const { deleteAccount } = await bob.ask(DeleteAccount, {
    input: { username: 'bob', password: PASSWORD },
  });
  expect(deleteAccount.__typename).toBe('DeleteAccountSuccess');

  expect(await texts(alice, { with: 'bob' })).toEqual(['from the first bob']);
  expect((await alice.ask(Conversations, {})).conversations.edges).toMatchObject([
    {
      node: {
        counterpart: null,
        counterpartUsername: 'bob',
        lastMessage: { text: 'from the first bob' },
      },
    },
  ]);

  await chat.create('bob');
  const secondBob = await chat.login('bob');
  expect(await texts(secondBob, { with: 'alice' })).toEqual([]);
  expect((await secondBob.ask(Conversations, {})).conversations.edges).toEqual([]);
  await sendAll(alice, 'bob', 'to the second bob');
  expect(await texts(alice, { with: 'bob' })).toEqual(['to the second bob']);
  expect(await texts(alice, { with: firstBob })).toEqual(['from the first bob']);
  expect(await texts(carol, { with: firstBob })).toEqual([]);
});

test('unreadCount is exact wherever the mark moves', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const messages = await sendAll(bob, 'alice', '1', '2', '3', '4', '5');
  await sendAll(alice, 'bob', 'a', 'b', 'c');
  messages.push(...(await sendAll(bob, 'alice', '6', '7', '8')));
  const unread = [];
  for (const number of [1, 2, 6, 7, 8]) {
    const mark = await read(alice, 'bob', messages[number - 1]?.id ?? '');
    unread.push(mark.__typename === 'MarkReadSuccess' && mark.unreadCount);
  }
  expect(unread).toEqual([7, 6, 2, 1, 0]);
});

test('a conversation with an unknown username is a faulty request', async () => {
  const { alice } = await newChat('alice');
  await expect(alice.ask(Conversation, { with: 'nobody' })).rejects.toMatchObject({
    graphQLErrors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('conversations are paged newest first, with last message and unread count', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await sendAll(bob, 'alice', 'b1', 'b2');
  await sendAll(carol, 'alice', 'c1');
  await sendAll(alice, 'bob', 'a1');
  const summary = async (variables: { first?: number; after?: string | null }) => {
    const { conversations } = await alice.ask(Conversations, variables);
    const lines = conversations.edges.map(
      ({ node }) => `${node.counterpartUsername} ${node.lastMessage.text} ${node.unreadCount}`,
    );
    return {
      lines,
      end: conversations.pageInfo.endCursor,
      more: conversations.pageInfo.hasNextPage,
    };
  };
  expect((await summary({})).lines).toEqual(['bob a1 2', 'carol c1 1']);
  const first = await summary({ first: 1 });
  expect(first).toMatchObject({ lines: ['bob a1 2'], more: true });
  expect(await summary({ first: 1, after: first.end })).toMatchObject({
    lines: ['carol c1 1'],
    more: false,
  });
});

test("the read mark only advances, and counts only the counterpart's messages", async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const [one, two] = await sendAll(bob, 'alice', 'one', 'two');
  const [reply] = await sendAll(alice, 'bob', 'reply');
  const [three] = await sendAll(bob, 'alice', 'three');
  expect(await read(alice, 'bob', two?.id ?? '')).toEqual({
    __typename: 'MarkReadSuccess',
    readThrough: two?.id,
    unreadCount: 1,
  });
  expect(await read(alice, 'bob', one?.id ?? '')).toMatchObject({
    readThrough: two?.id,
    unreadCount: 1,
  });
  expect(await read(alice, 'bob', reply?.id ?? '')).toMatchObject({
    readThrough: two?.id,
    unreadCount: 1,
  });
  expect(await read(alice, 'bob', three?.id ?? '')).toMatchObject({
    readThrough: three?.id,
    unreadCount: 0,
  });
  const { conversation } = await bob.ask(Conversation, { with: 'alice' });
  expect(conversation.edges.map(({ node }) => [node.text, node.read])).toEqual([
    ['one', true],
    ['two', true],
    ['reply', false],
    ['three', true],
  ]);
});

test("markRead refuses another conversation's message and an unknown account", async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await sendAll(bob, 'alice', 'one');
  const [other] = await sendAll(carol, 'alice', 'two');
  expect(await read(alice, 'bob', other?.id ?? '')).toMatchObject({
    __typename: 'MessageNotFoundError',
  });
  expect(await read(alice, 'nobody', other?.id ?? '')).toMatchObject({
    __typename: 'AccountNotFoundError',
  });
});

test("receipts yield each recipient's current progress, then each advance", async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const [one, two] = await sendAll(alice, 'bob', 'one', 'two');
  await sendAll(carol, 'bob', 'not for alice to know');
  await bob.ask(AcknowledgeMessages, { input: { through: 1 } });

  const receipts = alice.watch(ReceiptReceived, {});
  const again = (await chat.login('alice')).watch(ReceiptReceived, {});
  expect(await receipts.next()).toEqual({
    receiptReceived: {
      by: { id: expect.any(String), username: 'bob' },
      deliveredThrough: one?.id,
      readThrough: null,
    },
  });
  await again.next();

  await bob.ask(AcknowledgeMessages, { input: { through: 3 } });
  await read(bob, 'alice', two?.id ?? '');
  const last = {
    by: { id: expect.any(String), username: 'bob' },
    deliveredThrough: two?.id,
    readThrough: two?.id,
  };
  // Changes that come together may be told as one.
  for (const watching of [receipts, again]) {
    let told = await watching.next();
    if (told.receiptReceived.readThrough === null) told = await watching.next();
    expect(told.receiptReceived).toEqual(last);
  }
});

test('messageSent yields what other sessions send, also after a gap', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const other = await chat.login('alice');
  const sent = other.watch(MessageSent, { after: 0 });
  const [one] = await sendAll(alice, 'bob', 'one');
  expect(await sent.next()).toMatchObject({
    messageSent: { id: one?.id, text: 'one', position: null, sentPosition: 1 },
  });
  sent.stop();
  await sendAll(alice, 'bob', 'two', 'three');
  const resumed = other.watch(MessageSent, { after: 1 });
  expect(await resumed.next()).toMatchObject({ messageSent: { text: 'two' } });
  expect(await resumed.next()).toMatchObject({ messageSent: { text: 'three' } });
});

test('a page takes the same number of queries for any number of rows', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  /** The fewest of three tries: sessions renew their leases meanwhile, which counts as well. */
  const queries = async (work: () => Promise<unknown>): Promise<number> => {
    const counts: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const before = chat.app.store.statements;
      await work();
      counts.push(chat.app.store.statements - before);
    }
    return Math.min(...counts);
  };
  const page = () => alice.ask(Conversation, { with: 'bob', first: 100 });
  const list = () => alice.ask(Conversations, { first: 100 });
  await sendAll(bob, 'alice', 'one');
  const [few, fewListed] = [await queries(page), await queries(list)];
  await sendAll(bob, 'alice', ...Array.from({ length: 40 }, (_, i) => `more ${i}`));
  await sendAll(carol, 'alice', 'another');
  expect([await queries(page), await queries(list)]).toEqual([few, fewListed]);
});
