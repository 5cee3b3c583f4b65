import { expect, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { startServer } from '../support/process.ts';
import { openReader } from '../support/reader.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';

const ROUNDS = 4;

test('each message arrives once and in order while the server is killed repeatedly', {
  timeout: 180_000,
}, async () => {
  const random = seededRandom();
  const settings = { DATABASE_URL: await newDatabase() };
  let server = await startServer(settings);
  const { url } = server;
  let up = Promise.resolve(url);
  const chat = chatServerAt(url);
  const { ann, ben, eve } = await newClients(chat, ['ann', 'ben', 'eve']);
  const writers = await newClients(chat, ['sue', 'sam', 'sid', 'sol', 'sky', 'san', 'ste', 'sal']);

  // Ann has two clients of ours, which acknowledge; Ben's and Eve's go on by themselves where they
  // were.
  const anns = [ann, await chat.login('ann')].map((client) => client.read());
  const resuming = [
    await openReader({
      transport: overWebSocket,
      server: () => up,
      token: ben.token,
      mailbox: 'ben',
    }),
    await openReader({ transport: overEvents, server: () => up, token: eve.token, mailbox: 'eve' }),
  ];

  const load = generateLoad(Object.values(writers), ['ann', 'ben', 'eve'], random);
  for (let round = 1; round <= ROUNDS; round += 1) {
    await load.waitForMore(random.between(60, 300));
    up = server.end('SIGKILL').then(async () => {
      server = await startServer({ ...settings, PORT: new URL(url).port });
      return server.url;
    });
    await up;
  }
  await load.waitForMore(100);
  await load.stop();
  await Promise.all([
    ...anns.map((reading) => reading.shown(load.countFor('ann'))),
    ...resuming.map((reader) => reader.reaches(load.countFor(reader.mailbox))),
  ]);

  console.log(`${load.acknowledged.length} messages acknowledged, ${ROUNDS} kills`);
  const readers = [
    ...anns.map(({ messages }) => ({ mailbox: 'ann', after: 0, streams: [messages] })),
    ...resuming,
  ];
  expect({ seed: random.seed, ...judge({ ...load, readers }) }).toEqual({
    seed: random.seed,
    ...NO_VIOLATIONS,
  });
  expect(resuming.map(({ streams }) => streams.length > ROUNDS)).toEqual([true, true]);
});
