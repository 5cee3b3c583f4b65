import { expect, test } from 'vitest';
import { MarkRead } from '../../../client/core/documents/conversation.ts';
import { AcknowledgeMessages, type ShownMessage } from '../../../client/core/documents/message.ts';
import { ReceiptReceived } from '../../../client/core/documents/receipt.ts';
import { type ReceiptUpdate, trackReceipts } from '../../../client/core/receipts.ts';
import { follow } from '../../../client/core/subscription.ts';
import { newChat } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { type TestClient, testClientAt } from '../../support/test-client.ts';
import { newSignal, until } from '../../support/wait.ts';

/** Sends messages and tracks their receipts. */
function tracked(person: TestClient) {
  const all: Pick<ReceiptUpdate, 'delivered' | 'read'>[] = [];
  const changed = newSignal();
  const first = Promise.withResolvers<void>();
  const receipts = trackReceipts(({ delivered, read }) => {
    all.push({ delivered, read });
    changed.notify();
  });
  follow(person.connection.client, ReceiptReceived, {}, ({ receiptReceived }) => {
    receipts.received(receiptReceived);
    first.resolve();
  });
  return {
    receipts,
    /** Resolves once a receipt has arrived, whether or not it is reported. */
    firstReceipt: first.promise,
    /** Resolves with all reports, once there are this many. */
    async told(count: number) {
      await until(changed, () => all.length >= count);
      return all;
    },
    async send(to: string, text: string): Promise<ShownMessage> {
      const outcome = await person.send(to, text);
      if (!outcome.sent) throw new Error(outcome.reason);
      receipts.sent(outcome.message);
      return outcome.message;
    },
  };
}
const acknowledge = (person: TestClient, through: number) =>
  person.ask(AcknowledgeMessages, { input: { through } });
const markRead = (person: TestClient, other: string, { id }: ShownMessage) =>
  person.ask(MarkRead, { input: { with: other, through: id } });

test('a message is reported once as delivered and once as read', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const { send, told } = tracked(alice);
  const message = await send('bob', 'one');
  await acknowledge(bob, 1);
  await told(1);
  await acknowledge(bob, 1);
  await markRead(bob, 'alice', message);
  expect(await told(2)).toEqual([
    { delivered: { count: 1, text: 'one' }, read: null },
    { delivered: null, read: { count: 1, text: 'one' } },
  ]);
});

test('messages delivered together are reported together', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const { send, told } = tracked(alice);
  for (const text of ['one', 'two', 'three']) await send('bob', text);
  await acknowledge(bob, 2);
  expect(await told(1)).toEqual([{ delivered: { count: 2, text: 'two' }, read: null }]);
  await acknowledge(bob, 3);
  expect((await told(2)).at(-1)).toEqual({ delivered: { count: 1, text: 'three' }, read: null });
});

test('messages sent elsewhere or delivered before are not reported', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'before');
  await acknowledge(bob, 1);
  const { send, firstReceipt, told } = tracked(await chat.login('alice'));
  await firstReceipt;
  await alice.send('bob', 'from elsewhere');
  await acknowledge(bob, 2);
  await send('bob', 'from here');
  await acknowledge(bob, 3);
  expect(await told(1)).toEqual([{ delivered: { count: 1, text: 'from here' }, read: null }]);
});

test('a receipt that precedes the answer to the send is reported after it', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const { receipts, firstReceipt, told } = tracked(alice);
  const outcome = await alice.send('bob', 'one');
  await acknowledge(bob, 1);
  await firstReceipt;
  if (outcome.sent) receipts.sent(outcome.message);
  expect(await told(1)).toEqual([{ delivered: { count: 1, text: 'one' }, read: null }]);
});

test('receipts missed while offline are reported after the reconnect', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const away = testClientAt(proxy.url, alice.token);
  const { send, told } = tracked(away);
  await send('bob', 'one');
  const message = await send('bob', 'two');
  await acknowledge(bob, 1);
  await told(1);
  const lost = away.becomes('offline');
  proxy.cut();
  await lost;
  await acknowledge(bob, 2);
  await markRead(bob, 'alice', message);
  proxy.restore();
  expect((await told(2)).slice(1)).toEqual([{ delivered: null, read: { count: 2, text: 'two' } }]);
  away.close();
});
