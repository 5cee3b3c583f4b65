import { expect, test } from 'vitest';
import type { ShownMessage } from '../../../client/core/documents/message.ts';
import { openSentElsewhere } from '../../../client/core/sent-elsewhere.ts';
import { newChat } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { type TestClient, testClientAt } from '../../support/test-client.ts';
import { newSignal, until } from '../../support/wait.ts';

/** Collects what the other clients of an account send. */
function watchOthers(
  person: TestClient,
  { after = 0, own = new Set<string>(), answered = async () => {} } = {},
) {
  const texts: string[] = [];
  const arrived = newSignal();
  const sent = openSentElsewhere(person.connection.client, {
    after,
    own,
    answered,
    show({ text }: ShownMessage) {
      texts.push(text);
      arrived.notify();
    },
  });
  return {
    sent,
    async shown(count: number) {
      await until(arrived, () => texts.length >= count);
      return texts;
    },
  };
}

test('a message sent by one client is shown by another, in order', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const { shown } = watchOthers(await chat.login('alice'));
  for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
  expect(await shown(3)).toEqual(['one', 'two', 'three']);
});

test('own messages are not shown, even when they precede the answer', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const here = await chat.login('alice');
  const own = new Set<string>();
  const answer = Promise.withResolvers<void>();
  const { shown } = watchOthers(here, { own, answered: () => answer.promise });
  const outcome = await here.send('bob', 'from here');
  await alice.send('bob', 'from elsewhere');
  if (outcome.sent) own.add(outcome.message.id);
  answer.resolve();
  expect(await shown(1)).toEqual(['from elsewhere']);
  expect(own.size).toBe(0);
});

test('a message to oneself is left to the inbox', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const { shown } = watchOthers(await chat.login('alice'));
  await alice.send('alice', 'a note');
  await alice.send('bob', 'a message');
  expect(await shown(1)).toEqual(['a message']);
});

test('messages sent while offline are shown once', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const away = testClientAt(proxy.url, alice.token);
  const { shown } = watchOthers(away);
  await alice.send('bob', 'one');
  await shown(1);
  const lost = away.becomes('offline');
  proxy.cut();
  await lost;
  await alice.send('bob', 'two');
  proxy.restore();
  await shown(2);
  await alice.send('bob', 'three');
  expect(await shown(3)).toEqual(['one', 'two', 'three']);
  away.close();
});

test('a second stream continues where the first stopped', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const elsewhere = await chat.login('alice');
  const first = watchOthers(elsewhere);
  await alice.send('bob', 'one');
  await first.shown(1);
  first.sent.close();
  await alice.send('bob', 'two');
  const second = watchOthers(elsewhere, { after: first.sent.through ?? 0 });
  expect(await second.shown(1)).toEqual(['two']);
});
