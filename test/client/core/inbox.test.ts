import { expect, test } from 'vitest';
import { AcknowledgeMessages } from '../../../client/core/documents/message.ts';
import { Viewer } from '../../../client/core/documents/session.ts';
import { openInbox } from '../../../client/core/inbox.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { type TestClient, testClientAt } from '../../support/test-client.ts';
import { newSignal, until } from '../../support/wait.ts';

async function sendMany(
  from: TestClient,
  to: string,
  ...texts: (string | number)[]
): Promise<void> {
  for (const text of texts) expect(await from.send(to, String(text))).toMatchObject({ sent: true });
}
const texts = (messages: readonly { text: string }[]) => messages.map(({ text }) => text);
const pendingCount = async (person: TestClient) =>
  (await person.ask(Viewer, {})).mailbox?.pendingCount;

test('every joined session shows every message', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const joined = [bob, await chat.login('bob')];
  const readings = joined.map((person) => person.read());
  for (const person of joined) await person.ask(AcknowledgeMessages, { input: { through: 0 } });
  await sendMany(alice, 'bob', 1, 2, 3);
  for (const reading of readings) expect(texts(await reading.shown(3))).toEqual(['1', '2', '3']);
});

test('messages past the first wait for deliver, as do new arrivals', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await sendMany(alice, 'bob', 1, 2, 3, 4, 5);
  const { inbox, messages, shown } = bob.read({ pendingCount: 5, first: 2 });
  await inbox.caughtUp();
  expect([texts(messages), inbox.waiting]).toEqual([['1', '2'], 3]);
  await sendMany(alice, 'bob', 6);
  inbox.deliver(1);
  await inbox.caughtUp();
  expect(texts(messages)).toEqual(['1', '2', '3']);
  inbox.deliver(10);
  expect(texts(await shown(6))).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(inbox.waiting).toBe(0);
  await sendMany(alice, 'bob', 7);
  expect(texts(await shown(7)).at(-1)).toBe('7');
});

test('an arrival after held-back messages is counted', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await sendMany(alice, 'bob', 1, 2, 3);
  const counts: number[] = [];
  const counted = newSignal();
  const inbox = openInbox(bob.connection.client, {
    after: 0,
    pendingCount: 3,
    first: 1,
    show() {},
    onHeldBack(waiting) {
      counts.push(waiting);
      counted.notify();
    },
  });
  await inbox.caughtUp();
  await sendMany(alice, 'bob', 4, 5);
  await until(counted, () => counts.length === 2);
  expect(counts).toEqual([3, 4]);
});

test('a message is acknowledged after it is shown, not before', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await sendMany(alice, 'bob', 1, 2, 3, 4, 5);
  const { inbox } = bob.read({ pendingCount: 5, first: 2 });
  await inbox.caughtUp();
  await inbox.settled();
  expect(await pendingCount(bob)).toBe(3);
  inbox.deliver(3);
  await inbox.caughtUp();
  await inbox.settled();
  expect(await pendingCount(bob)).toBe(0);
});

test('messages missed while offline are shown once', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const away = testClientAt(proxy.url, bob.token);
  const { shown } = away.read();
  await sendMany(alice, 'bob', 1, 2);
  await shown(2);
  const lost = away.becomes('offline');
  proxy.cut();
  await lost;
  await sendMany(alice, 'bob', 3, 4);
  proxy.restore();
  await shown(4);
  await sendMany(alice, 'bob', 5);
  expect(texts(await shown(5))).toEqual(['1', '2', '3', '4', '5']);
  away.close();
});

test.each([0, 1])(
  'a reconnect after %i messages misses none that another session has acknowledged',
  async (before) => {
    const { chat, alice, bob } = await newChat('alice', 'bob');
    const proxy = await newFlakyProxy(chat.url);
    const away = testClientAt(proxy.url, bob.token);
    const { shown } = away.read();
    if (before > 0) await sendMany(alice, 'bob', 0);
    await shown(before);
    await away.ask(AcknowledgeMessages, { input: { through: 0 } });
    const lost = away.becomes('offline');
    proxy.cut();
    await lost;
    await sendMany(alice, 'bob', 1, 2);
    await bob.ask(AcknowledgeMessages, { input: { through: before + 2 } });
    proxy.restore();
    expect(texts(await shown(before + 2)).slice(before)).toEqual(['1', '2']);
    away.close();
  },
);

test('a joining session misses nothing that another acknowledges first', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await sendMany(alice, 'bob', 1);
  const late = await chat.login('bob');
  await sendMany(alice, 'bob', 2);
  await bob.ask(AcknowledgeMessages, { input: { through: 2 } });
  expect(texts(await late.read({ pendingCount: 1 }).shown(2))).toEqual(['1', '2']);
});

test('a second inbox continues where the first stopped', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await sendMany(alice, 'bob', 1, 2, 3);
  const { inbox } = bob.read({ pendingCount: 3, first: 1 });
  await inbox.caughtUp();
  inbox.close();
  await bob.ask(AcknowledgeMessages, { input: { through: 3 } });
  const messages: string[] = [];
  const { shownThrough: after, waiting } = inbox;
  const next = openInbox(bob.connection.client, {
    after,
    pendingCount: waiting,
    first: 2,
    show: ({ text }) => messages.push(text),
  });
  await next.caughtUp();
  expect(messages).toEqual(['2', '3']);
});

test('messages arrive after the server has refused to stream them', async () => {
  const { alice, bob } = await newChatWith(
    { limits: { maxSubscriptionsPerSocket: 1 } },
    'alice',
    'bob',
  );
  const first = bob.read();
  await sendMany(alice, 'bob', 1);
  await first.shown(1);
  const second = bob.read();
  // Its refusal precedes the answer to the next request on the same socket.
  await pendingCount(bob);
  first.inbox.close();
  await sendMany(alice, 'bob', 2);
  await second.shown(1);
});
