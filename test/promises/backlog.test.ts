import { expect, test } from 'vitest';
import { sendBatch } from '../../server/domain/send.ts';
import { idsOf } from '../../server/store/account.ts';
import { overHttp } from '../support/ask.ts';
import { newChat } from '../support/chat.ts';
import { openWire } from '../support/wire.ts';

const BACKLOG = 10_000;

test('a client that reads a long backlog does not hold up the others', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const { store } = chat.app.services;
  const [senderId = ''] = await idsOf(store.db, ['alice']);
  const draft = { senderId, to: 'bob', text: 'hello', clientMessageId: null };
  for (let sent = 0; sent < BACKLOG; sent += 500)
    await sendBatch(store.db, Array(500).fill(draft), BACKLOG, Date.now());

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
