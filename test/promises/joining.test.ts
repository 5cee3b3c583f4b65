import { expect, test } from 'vitest';
import { newChat } from '../support/chat.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { openReader, type ResumingReader } from '../support/reader.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';

const JOINING = 24;

test('a subscriber who joins during heavy sending sees no gap', async () => {
  const random = seededRandom();
  const { chat, bob, ...writers } = await newChat('bob', 'sue', 'sam', 'sid', 'sol', 'sky', 'san');
  const load = generateLoad(Object.values(writers), ['bob'], random);

  const joining: Promise<ResumingReader>[] = [];
  while (joining.length < JOINING) {
    await load.waitForMore(random.between(1, 40));
    const transport = joining.length % 2 === 0 ? overWebSocket : overEvents;
    // The first from the start, the others from anywhere, even from where nothing is yet.
    const after = joining.length === 0 ? 0 : random.between(0, load.acknowledged.length + 20);
    joining.push(
      openReader({
        transport,
        server: async () => chat.url,
        token: bob.token,
        mailbox: 'bob',
        after,
      }),
    );
  }
  const readers = await Promise.all(joining);
  await load.waitForMore(100);
  await load.stop();
  await Promise.all(readers.map((reader) => reader.reaches(load.countFor('bob'))));

  console.log(`${JOINING} subscribers joined while ${load.countFor('bob')} messages were written`);
  expect({ seed: random.seed, ...judge({ ...load, readers }) }).toEqual({
    seed: random.seed,
    ...NO_VIOLATIONS,
  });
  expect(readers.map(({ streams }) => streams.length)).toEqual(readers.map(() => 1));
});
