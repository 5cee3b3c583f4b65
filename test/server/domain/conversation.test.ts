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
import { overHttp } from '../../support/ask.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { statementsOf } from '../../support/statements.ts';
import type { TestClient } from '../../support/test-client.ts';

const texts = async (
  person: TestClient,
  variables: { with: string; first?: number; last?: number; before?: string },
) => {
  const { messages } = await pageOf(person, variables);
  return messages.edges.map(({ node }) => node.text);
};

async function pageOf(person: TestClient, variables: VariablesOf<typeof Conversation>) {
  const { conversation } = await person.ask(Conversation, variables);
  if (!conversation) throw new Error(`No account ${variables.with}.`);
  return conversation;
}

const listOf = async (person: TestClient, variables: VariablesOf<typeof Conversations> = {}) =>
  (await person.ask(Conversations, variables)).conversations ?? expect.fail('no list');

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
  const { messages } = await pageOf(alice, { with: 'bob', last: 2 });
  expect(messages.edges.map(({ node }) => node.text)).toEqual(['4', '5']);
  expect(messages.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  const before = messages.pageInfo.startCursor ?? '';
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
          const { edges, pageInfo } = (await pageOf(person, variables)).messages;
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
  const firstBob = (await listOf(alice)).edges[0]?.node.counterpartId ?? '';
  const { deleteAccount } = await bob.ask(DeleteAccount, {
    input: { username: 'bob', password: PASSWORD },
  });
  expect(deleteAccount.__typename).toBe('DeleteAccountSuccess');

  expect(await texts(alice, { with: 'bob' })).toEqual(['from the first bob']);
  expect((await listOf(alice)).edges).toMatchObject([
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
  expect((await listOf(secondBob)).edges).toEqual([]);
  await sendAll(alice, 'bob', 'to the second bob');
  expect(await texts(alice, { with: 'bob' })).toEqual(['to the second bob']);
  expect(await texts(alice, { with: firstBob })).toEqual(['from the first bob']);
  expect(await carol.ask(Conversation, { with: firstBob })).toEqual({ conversation: null });
  expect(await alice.send(firstBob, 'to the first bob')).toMatchObject({
    sent: false,
    code: 'AccountNotFoundError',
  });
});

test('unreadCount is exact wherever the mark moves', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const messages = await sendAll(bob, 'alice', '1', '2', '3', '4', '5');
  await sendAll(alice, 'bob', 'a', 'b', 'c');
  messages.push(...(await sendAll(bob, 'alice', '6', '7', '8')));
  const unread = [];
  for (const number of [1, 2, 6, 7, 8]) {
    const mark = await read(alice, 'bob', messages[number - 1]?.id ?? '');
    unread.push(mark.__typename === 'MarkReadSuccess' && mark.conversation.unreadCount);
  }
  expect(unread).toEqual([7, 6, 2, 1, 0]);
});

test('a conversation with an unknown account is null', async () => {
  const { alice } = await newChat('alice');
  for (const other of ['nobody', ' ', '0197b2a0-0000-7000-8000-000000000000'])
    expect(await alice.ask(Conversation, { with: other })).toEqual({ conversation: null });
});

test('conversations are paged newest first, with last message and unread count', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await sendAll(bob, 'alice', 'b1', 'b2');
  await sendAll(carol, 'alice', 'c1');
  await sendAll(alice, 'bob', 'a1');
  const summary = async (variables: { first?: number; after?: string | null }) => {
    const { edges, pageInfo } = await listOf(alice, variables);
    const lines = edges.map(
      ({ node }) => `${node.counterpartUsername} ${node.lastMessage?.text} ${node.unreadCount}`,
    );
    return { lines, end: pageInfo.endCursor, more: pageInfo.hasNextPage };
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
  const marks: unknown[] = [];
  for (const message of [two, one, reply, three]) {
    expect(await read(alice, 'bob', message?.id ?? '')).toMatchObject({
      __typename: 'MarkReadSuccess',
    });
    const { edges } = (await pageOf(bob, { with: 'alice' })).messages;
    const [{ node } = expect.fail()] = (await listOf(alice)).edges;
    marks.push([node.unreadCount, ...edges.map((edge) => edge.node.read)]);
  }
  expect(marks).toEqual([
    [1, true, true, false, false],
    [1, true, true, false, false],
    [1, true, true, false, false],
    [0, true, true, false, true],
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

test('a conversation has one id before and after its first message', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const { id } = await pageOf(alice, { with: 'bob' });
  await sendAll(alice, 'bob', 'hello');
  expect((await pageOf(alice, { with: 'bob' })).id).toBe(id);
  expect((await listOf(alice)).edges).toMatchObject([{ node: { counterpartUsername: 'bob' } }]);
  expect((await pageOf(bob, { with: 'alice' })).id).not.toBe(id);
});

test("each conversation's page of messages is its own, whatever is asked with it", async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol', 'dave');
  await sendAll(bob, 'alice', 'b1', 'b2', 'b3');
  await sendAll(carol, 'alice', 'c1');
  await sendAll(alice, 'bob', 'a1');
  const { data } = await overHttp({
    url: alice.url,
    token: alice.token,
    query: `{
      conversations {
        edges {
          node {
            counterpartUsername
            newest: messages(last: 2) { ...Page }
            oldest: messages(first: 1) { ...Page }
            none: messages(first: 0) { ...Page }
          }
        }
      }
      conversation(with: "dave") { lastMessage { id } unreadCount messages { ...Page } }
    }
    fragment Page on MessageConnection {
      edges { node { text conversation { counterpartUsername unreadCount } } }
      pageInfo { hasPreviousPage hasNextPage }
    }`,
  });
  const page = (
    counterpartUsername: string,
    unreadCount: number,
    more: object,
    ...all: string[]
  ) => ({
    edges: all.map((text) => ({
      node: { text, conversation: { counterpartUsername, unreadCount } },
    })),
    pageInfo: { hasPreviousPage: false, hasNextPage: false, ...more },
  });
  expect(data).toEqual({
    conversations: {
      edges: [
        {
          node: {
            counterpartUsername: 'bob',
            newest: page('bob', 3, { hasPreviousPage: true }, 'b3', 'a1'),
            oldest: page('bob', 3, { hasNextPage: true }, 'b1'),
            none: page('bob', 3, { hasNextPage: true }),
          },
        },
        {
          node: {
            counterpartUsername: 'carol',
            newest: page('carol', 1, {}, 'c1'),
            oldest: page('carol', 1, {}, 'c1'),
            none: page('carol', 1, { hasNextPage: true }),
          },
        },
      ],
    },
    conversation: { lastMessage: null, unreadCount: 0, messages: page('dave', 0, {}) },
  });
});

test('a page takes the same number of queries for any number of rows', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const others = await Promise.all(
    Array.from({ length: 18 }, async (_, number) => {
      await chat.create(`other${number}`);
      return chat.login(`other${number}`);
    }),
  );
  const queries = (work: () => Promise<unknown>) => statementsOf(chat, work);
  const everything = () =>
    overHttp({ url: alice.url, token: alice.token, query: EVERYTHING }).then(({ errors }) =>
      expect(errors).toBeUndefined(),
    );
  const page = () => alice.ask(Conversation, { with: 'bob', first: 100 });
  const list = () => alice.ask(Conversations, { first: 100 });
  await sendAll(bob, 'alice', 'one');
  const few = [await queries(page), await queries(list), await queries(everything)];
  await sendAll(bob, 'alice', ...Array.from({ length: 40 }, (_, i) => `more ${i}`));
  await sendAll(carol, 'alice', 'another');
  for (const other of others) await sendAll(other, 'alice', 'one', 'two', 'three');
  expect([await queries(page), await queries(list), await queries(everything)]).toEqual(few);
});

/** Everything that a client may ask of conversations and of their messages. */
const EVERYTHING = `{
  conversations(first: 20) {
    edges {
      node {
        id
        counterpart { id online mailbox { id } }
        lastMessage { id conversation { id unreadCount } sender { mailbox { pendingCount } } }
        unreadCount
        deliveredThrough
        readThrough
        messages(last: 20) {
          edges {
            node {
              id
              text
              conversation { unreadCount readThrough }
              recipient { mailbox { pendingCount } }
            }
          }
        }
      }
    }
  }
}`;
