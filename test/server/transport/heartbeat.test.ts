import { once } from 'node:events';
import { expect, test } from 'vitest';
import { newChat } from '../../support/chat.ts';
import { openWire } from '../../support/wire.ts';

test('a socket is pinged, and cut if it has not answered by the next ping', async () => {
  const { chat } = await newChat();
  const answering = await openWire(chat.url, undefined);
  const silent = await openWire(chat.url, undefined, { autoPong: false });
  await Promise.all([once(answering.socket, 'ping'), once(silent.socket, 'ping')]);
  expect(await silent.closed).toBe(1006);
  answering.ask('1', '{ server { version } }');
  await answering.received(({ id, type }) => id === '1' && type === 'next');
});
