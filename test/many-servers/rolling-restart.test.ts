import { expect, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { type FleetServer, startFleet } from '../support/fleet.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { openReader } from '../support/reader.ts';
import { seedAccounts } from '../support/seeded-accounts.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overWebSocket } from '../support/stream.ts';

const CLIENTS = 1_000;

test('a rolling restart loses nothing for a thousand clients', {
  timeout: 300_000,
}, async () => {
  const random = seededRandom();
  const database = await newDatabase();
  const fleet = await startFleet([database, database]);
  // As with a load balancer without stickiness: each connection picks a random server.
  const anyServer = () => (fleet[random.between(0, fleet.length - 1)] as FleetServer).up();

  const accounts = await seedAccounts(database, CLIENTS);
  const readers = await Promise.all(
    accounts.map(({ username, token }) =>
      openReader({ transport: overWebSocket, server: anyServer, token, mailbox: username }),
    ),
  );
  const writers = await newClients(chatServerAt(fleet[0]?.url ?? ''), ['sue', 'sam', 'sid']);
  const others = await newClients(chatServerAt(fleet[1]?.url ?? ''), ['sol', 'sky', 'san']);
  const load = generateLoad(
    [...Object.values(writers), ...Object.values(others)],
    accounts.map(({ username }) => username),
    random,
  );
  for (const member of fleet) {
    await load.waitForMore(200);
    await member.restart('SIGTERM');
  }
  await load.waitForMore(200);
  await load.stop();
  await Promise.all(readers.map((reader) => reader.reaches(load.countFor(reader.mailbox))));

  const reconnected = readers.filter(({ streams }) => streams.length > 1).length;
  console.log(
    `${load.acknowledged.length} messages acknowledged, ${reconnected} clients reconnected`,
  );
  expect({ seed: random.seed, ...judge({ ...load, readers }) }).toEqual({
    seed: random.seed,
    ...NO_VIOLATIONS,
  });
  expect(reconnected).toBeGreaterThan(CLIENTS / 2);
});
