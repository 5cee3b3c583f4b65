import { expect, test } from 'vitest';
import { newChat } from '../support/chat.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { openReader, type ResumingReader } from '../support/reader.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';

const JOINING = 24;

test('subscribers who join while others write and write see no gap', async () => {
  const luck = seededRandom();
  const { chat, bob, ...writers } = await newChat('bob', 'sue', 'sam', 'sid', 'sol', 'sky', 'san');
  const load = generateLoad(Object.values(writers), ['bob'], luck);

  const joining: Promise<ResumingReader>[] = [];
  while (joining.length < JOINING) {
    await load.goesOn(luck.between(1, 40));
    const transport = joining.length % 2 === 0 ? overWebSocket : overEvents;
    // The first from the start, the others from anywhere, even from where nothing is yet.
    const after = joining.length === 0 ? 0 : luck.between(0, load.acknowledged.length + 20);
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
  await load.goesOn(100);
  await load.stop();
  await Promise.all(readers.map((reader) => reader.reaches(load.count('bob'))));

  console.log(`${JOINING} subscribers joined while ${load.count('bob')} messages were written`);
  expect({ seed: luck.seed, ...judge({ ...load, readers }) }).toEqual({
    seed: luck.seed,
    ...NO_VIOLATIONS,
  });
  expect(readers.map(({ streams }) => streams.length)).toEqual(readers.map(() => 1));
});
