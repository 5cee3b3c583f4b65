import { expect, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { newChat } from '../support/chat.ts';
import type { TestClient } from '../support/test-client.ts';

/** Sends over the sender's socket; with ONCE in the context it is a request of its own. */
const sendAs = async (
  sender: TestClient,
  text: string,
  clientMessageId: string,
  to = 'bob',
  context = {},
) => (await sender.ask(SendMessage, { input: { to, text, clientMessageId } }, context)).sendMessage;

const idOf = (result: Awaited<ReturnType<typeof sendAs>>) =>
  result.__typename === 'SendMessageSuccess' ? result.sentMessage.id : result.__typename;

test('concurrent sends with one clientMessageId are one message', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const alsoAlice = await chat.login('alice');
  const reading = bob.read();
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  const pairs = await Promise.all(
    numbers.map((number) =>
      Promise.all([
        sendAs(alice, `text ${number}`, `id ${number}`),
        sendAs(alsoAlice, `text ${number}`, `id ${number}`),
        sendAs(alice, `text ${number}`, `id ${number}`, 'BOB', { once: true }),
      ]),
    ),
  );
  const ids = pairs.map((results) => new Set(results.map(idOf)));
  expect(ids.map(({ size }) => size)).toEqual(numbers.map(() => 1));

  // One more, so that what was stored twice would have come before it.
  await alice.send('bob', 'the end');
  const messages = await reading.shown(101);
  expect(messages.at(-1)?.text).toBe('the end');
  expect(messages.map(({ position }) => position)).toEqual(
    [...numbers, 100].map((index) => index + 1),
  );
  expect(new Set(messages.slice(0, -1).map(({ id }) => id))).toEqual(
    new Set(ids.flatMap((set) => [...set])),
  );
});

test('concurrent sends of two texts with one clientMessageId store only one', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const results = await Promise.all([sendAs(alice, 'this', 'id'), sendAs(alice, 'that', 'id')]);
  expect(results.map(({ __typename }) => __typename).toSorted()).toEqual([
    'ClientMessageIdReusedError',
    'SendMessageSuccess',
  ]);
  expect(idOf(await sendAs(alice, 'this', 'id', 'alice'))).toBe('ClientMessageIdReusedError');
  expect(await bob.read().shown(1)).toHaveLength(1);
});

test('one clientMessageId from two senders is two messages', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const results = await Promise.all([sendAs(alice, 'hello', 'id'), sendAs(carol, 'hello', 'id')]);
  expect(new Set(results.map(idOf)).size).toBe(2);
  expect(await bob.read().shown(2)).toHaveLength(2);
});
