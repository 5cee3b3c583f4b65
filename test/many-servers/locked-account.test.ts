import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AcknowledgeMessages, SendMessage } from '../../client/core/documents/message.ts';
import { writeQueue } from '../../server/domain/write-queue.ts';
import { accountByUsername } from '../../server/store/account.ts';
import { newChat } from '../support/chat.ts';
import { withClient } from '../support/postgres-client.ts';

test('a locked account holds up no message between others, and keeps its order', async () => {
  const { chat, alice, bob, carol, dave } = await newChat('alice', 'bob', 'carol', 'dave');
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const send = (from: typeof alice, to: string, text: string) =>
    from.ask(SendMessage, { input: { to, text } });
  await send(carol, 'bob', 'before');

  const waiting = await withClient(chat.app.config.databaseUrl, async (other) => {
    await other.query(`begin; select 1 from account where username = 'bob' for update`);
    const held = [
      send(alice, 'bob', 'one').then(note('held')),
      bob.ask(AcknowledgeMessages, { input: { through: 1 } }).then(note('held')),
    ];
    // In the same batch as the first of those before, or in a later one: each gets its answer.
    await Promise.all([
      send(carol, 'dave', 'free').then(note('free')),
      send(alice, 'dave', 'free').then(note('free')),
    ]);
    held.push(send(alice, 'bob', 'two').then(note('held')));
    await send(dave, 'alice', 'free').then(note('free'));
    expect(done).toEqual(['free', 'free', 'free']);
    await other.query('commit');
    return held;
  });
  await Promise.all(waiting);
  const shown = await bob.read().shown(3);
  expect(shown.map(({ text }) => text)).toEqual(['before', 'one', 'two']);
});

test('what is sent from the moment of a lock on keeps its order', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const { store, services, config } = chat.app;
  const sender = await accountByUsername(store.db, 'alice');
  await using writes = writeQueue(services);
  const texts: string[] = [];
  await withClient(config.databaseUrl, async (other) => {
    for (let round = 1; round <= 5; round += 1) {
      const sent: Promise<unknown>[] = [];
      await other.query(`begin; select 1 from account where username = 'bob' for update`);
      // When the first one finds the lock, some wait for the next batch, and others follow.
      for (let turn = 1; turn <= 600; turn += 1) {
        const text = `${round}, ${turn}`;
        texts.push(text);
        const draft = { senderId: sender?.id ?? '', to: 'bob', text, clientMessageId: null };
        sent.push(writes.send(draft));
        await nextTurn();
      }
      await other.query('commit');
      await Promise.all(sent);
    }
  });
  const shown = await bob.read().shown(texts.length);
  expect(shown.map(({ text }) => text)).toEqual(texts);
});
