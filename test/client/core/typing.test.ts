import { expect, test } from 'vitest';
import { Counterpart } from '../../../client/core/documents/conversation.ts';
import { SetTyping, TypingChanged } from '../../../client/core/documents/typing.ts';
import { openTypingNotifier } from '../../../client/core/typing.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

/** Watches whether others type to an account. Returns their names, with + or - for the start or end. */
async function watched(reader: TestClient, ...others: string[]) {
  const ids: string[] = [];
  for (const other of others) {
    const { conversation } = await reader.ask(Counterpart, { with: other });
    ids.push(conversation?.id ?? '');
  }
  const { next } = reader.watch(TypingChanged, { in: ids });
  return async () => {
    const { typing, counterpartUsername } = (await next()).typingChanged;
    return `${typing ? '+' : '-'}${counterpartUsername}`;
  };
}

test('a notifier announces typing at its start, and its end once', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const [seenByBob, seenByCarol] = [await watched(bob, 'alice'), await watched(carol, 'alice')];
  const typing = openTypingNotifier(alice.connection.client);
  typing.stopped();
  typing.typed('bob');
  expect(await seenByBob()).toBe('+alice');
  typing.typed('bob');
  typing.stopped();
  typing.stopped();
  expect(await seenByBob()).toBe('-alice');
  typing.typed('carol');
  expect(await seenByCarol()).toBe('+alice');
});

test('typing to another account ends the announcement to the one before', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  const [seenByBob, seenByCarol] = [await watched(bob, 'alice'), await watched(carol, 'alice')];
  const typing = openTypingNotifier(alice.connection.client);
  typing.typed('bob');
  expect(await seenByBob()).toBe('+alice');
  typing.typed('carol');
  expect(await seenByBob()).toBe('-alice');
  expect(await seenByCarol()).toBe('+alice');
});

test('a notifier announces typing once within three seconds', async () => {
  const { alice, bob } = await newChatWith({ limits: { maxTypingPerMinute: 2 } }, 'alice', 'bob');
  const seen = await watched(bob, 'alice');
  const typing = openTypingNotifier(alice.connection.client);
  for (let key = 0; key < 20; key += 1) typing.typed('bob');
  expect(await seen()).toBe('+alice');
  const setTyping = () => alice.ask(SetTyping, { input: { with: 'bob', typing: true } });
  expect((await setTyping()).setTyping.__typename).toBe('SetTypingSuccess');
  expect((await setTyping()).setTyping.__typename).toBe('RateLimitedError');
});
