import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { Logout, Viewer } from '../../../client/core/documents/session.ts';
import { fieldOf } from '../../../client/core/errors.ts';
import { openOutbox } from '../../../client/core/outbox.ts';
import {
  type OutboxStorage,
  openPersistentOutbox,
  type QueuedMessage,
} from '../../../client/core/persistent-outbox.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { type TestClient, testClientAt } from '../../support/test-client.ts';
import { newSignal, until } from '../../support/wait.ts';

/** A storage that outlives its users. */
function newStorage(): OutboxStorage & { readonly kept: Map<string, QueuedMessage> } {
  const kept = new Map<string, QueuedMessage>();
  return {
    kept,
    all: () => [...kept.values()],
    put: (message) => void kept.set(message.clientMessageId, message),
    remove: (id) => void kept.delete(id),
  };
}

function outgoingOf(person: TestClient, storage: OutboxStorage) {
  const changed = newSignal();
  let list: readonly QueuedMessage[] = [];
  const messages = openPersistentOutbox({
    outbox: openOutbox(person.connection.client),
    storage,
    onChange(now) {
      list = now;
      changed.notify();
    },
  });
  return {
    ...messages,
    becomes: (holds: (list: readonly QueuedMessage[]) => boolean) =>
      until(changed, () => holds(list)),
  };
}

/** Addresses an account as a page does: the id decides, and the username is for people. */
async function addressOf(person: TestClient): Promise<QueuedMessage['to']> {
  return fieldOf(person.connection.client.query(Viewer, {}), 'viewer');
}

test('an unanswered message is sent again by the next client and stored once', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const { shown } = bob.read();
  const proxy = await newFlakyProxy(chat.url);
  const away = testClientAt(proxy.url, alice.token);
  await away.becomes('live');
  const storage = newStorage();
  proxy.dropResponses();
  const to = await addressOf(bob);
  outgoingOf(away, storage).send(to, 'once');
  await shown(1);
  away.close();
  expect([...storage.kept.values()]).toMatchObject([{ text: 'once' }]);
  const next = outgoingOf(alice, storage);
  await next.becomes((list) => list.length === 0);
  next.send(to, 'twice');
  expect((await shown(2)).map(({ text }) => text)).toEqual(['once', 'twice']);
  await next.becomes((list) => list.length === 0);
  expect(storage.kept.size).toBe(0);
});

test('a refused message is kept with the reason, and can be retried or discarded', async () => {
  const { alice, bob } = await newChatWith({ limits: { maxPendingMessages: 1 } }, 'alice', 'bob');
  const storage = newStorage();
  const { send, retry, discard, becomes } = outgoingOf(alice, storage);
  const to = await addressOf(bob);
  for (const text of ['fits', 'too much', 'far too much']) send(to, text);
  await becomes(
    (list) =>
      list.length === 2 && list.every(({ failure }) => failure?.includes('mailbox is full')),
  );
  const [second, third] = [...storage.kept.values()];
  const { inbox, shown } = bob.read();
  await shown(1);
  await inbox.settled();
  discard(third?.clientMessageId ?? '');
  retry(second?.clientMessageId ?? '');
  expect((await shown(2)).map(({ text }) => text)).toEqual(['fits', 'too much']);
  await becomes((list) => list.length === 0);
});

test('a message does not reach the new owner of a deleted username', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const storage = newStorage();
  const to = await addressOf(bob);
  await bob.ask(Logout, {});
  await chat.anonymous.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  await chat.create('bob');
  const { send, becomes } = outgoingOf(alice, storage);
  send(to, 'for the first bob only');
  await becomes(([message]) => message?.failureCode === 'AccountNotFoundError');
  await alice.send('bob', 'for the second');
  const { shown } = (await chat.login('bob')).read();
  expect((await shown(1)).map(({ text }) => text)).toEqual(['for the second']);
});
