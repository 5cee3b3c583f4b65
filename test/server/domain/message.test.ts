import { expect, test } from 'vitest';
import { newChat } from '../../support/chat.ts';

test('a message reaches a recipient who is there, and one who comes later', async () => {
  const { alice, bob, chat } = await newChat('alice', 'bob');
  const reading = bob.read();
  expect(await alice.send('bob', 'one')).toMatchObject({ sent: true });
  expect(await alice.send('BOB', 'two')).toMatchObject({ sent: true });
  expect((await reading.shown(2)).map(({ text }) => text)).toEqual(['one', 'two']);
  await reading.inbox.settled();
  bob.leave();
  await alice.send('bob', 'three');
  const later = (await chat.login('bob')).read();
  expect((await later.shown(1)).map(({ text, position }) => [text, position])).toEqual([['three', 3]]);
});
