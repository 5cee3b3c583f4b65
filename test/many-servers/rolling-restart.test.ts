import { expect, test } from 'vitest';
import { entranceAt, joined } from '../support/chat.ts';
import { newCrowd } from '../support/crowd.ts';
import { newDatabase } from '../support/database.ts';
import { type Member, startFleet } from '../support/fleet.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { openReader } from '../support/reader.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overWebSocket } from '../support/stream.ts';

const CLIENTS = 1_000;

test('a thousand clients lose nothing while every server is restarted, one after another', {
  timeout: 300_000,
}, async () => {
  const luck = seededRandom();
  const database = await newDatabase();
  const fleet = await startFleet([database, database]);
  // As behind a load balancer that knows nobody: each connection may be to another server.
  const anyServer = () => (fleet[luck.between(0, fleet.length - 1)] as Member).up();

  const crowd = await newCrowd(database, CLIENTS);
  const readers = await Promise.all(
    crowd.map(({ username, token }) =>
      openReader({ transport: overWebSocket, server: anyServer, token, mailbox: username }),
    ),
  );
  const writers = await joined(entranceAt(fleet[0]?.url ?? ''), ['sue', 'sam', 'sid']);
  const elsewhere = await joined(entranceAt(fleet[1]?.url ?? ''), ['sol', 'sky', 'san']);
  const load = generateLoad(
    [...Object.values(writers), ...Object.values(elsewhere)],
    crowd.map(({ username }) => username),
    luck,
  );
  for (const member of fleet) {
    await load.goesOn(200);
    await member.restart('SIGTERM');
  }
  await load.goesOn(200);
  await load.stop();
  await Promise.all(readers.map((reader) => reader.reaches(load.count(reader.mailbox))));

  const reconnected = readers.filter(({ streams }) => streams.length > 1).length;
  console.log(
    `${load.acknowledged.length} messages acknowledged, ${reconnected} clients reconnected`,
  );
  expect({ seed: luck.seed, ...judge({ ...load, readers }) }).toEqual({
    seed: luck.seed,
    ...NO_VIOLATIONS,
  });
  expect(reconnected).toBeGreaterThan(CLIENTS / 2);
});
