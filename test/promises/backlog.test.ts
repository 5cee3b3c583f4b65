import { expect, test } from 'vitest';
import { idsOf } from '../../server/store/account.ts';
import { overHttp } from '../support/ask.ts';
import { newChat } from '../support/chat.ts';
import { fillMailbox } from '../support/mailbox.ts';
import { openWire } from '../support/wire.ts';

const BACKLOG = 10_000;

test('a client that reads a long backlog does not hold up the others', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const { store } = chat.app.services;
  const [senderId = ''] = await idsOf(store.db, ['alice']);
  await fillMailbox(store, { senderId, to: 'bob', count: BACKLOG });

  const wire = await openWire(chat.url, bob.token);
  wire.ask('1', 'subscription { messageReceived { position } }');
  let isReading = true;
  const read = wire
    .received(({ type }) => type === 'next', BACKLOG)
    .finally(() => {
      isReading = false;
    });
  let answers = 0;
  while (isReading) {
    await overHttp({ url: chat.url, query: '{ server { version } }' });
    answers += 1;
  }
  expect((await read).at(-1)?.payload).toEqual({
    data: { messageReceived: { position: BACKLOG } },
  });
  // Without turns there is one, or none.
  expect(answers).toBeGreaterThan(10);
});
