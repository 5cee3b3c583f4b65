import { CombinedError } from '@urql/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { openOutbox } from '../../client/core/outbox.ts';
import { postgresRings } from '../support/bell.ts';
import { chatServerAt, newClients } from '../support/chat.ts';
import { type Cluster, newCluster } from '../support/cluster.ts';
import { databaseOn } from '../support/database.ts';
import { newFlakyProxy } from '../support/flaky-proxy.ts';
import { expectNothingLost, type FleetServer, startFleet } from '../support/fleet.ts';
import { withClient } from '../support/postgres-client.ts';
import { startServer } from '../support/process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { TestClient } from '../support/test-client.ts';

/** Longer than any promised time, so that only a hang reaches it. */
const TIMEOUT = { timeout: 60_000 };
const LONG = { timeout: 180_000 };

let cluster: Cluster;
let database: string;
beforeAll(async () => {
  cluster = await newCluster();
});
afterAll(() => cluster.remove());

async function newFleet(count: number): Promise<FleetServer[]> {
  database = await databaseOn(cluster.url);
  return startFleet(Array.from({ length: count }, () => database));
}

const query = (statement: string) =>
  withClient(
    database,
    async (client) => (await client.query(statement)).rows as Record<string, unknown>[],
  );

/** Sends without our outbox, which would retry. Returns the type or code of the answer. */
async function sendOnce(writer: TestClient): Promise<string> {
  const input = { to: writer.username, text: 'once' };
  return writer.ask(SendMessage, { input }).then(
    ({ sendMessage }) => sendMessage.__typename,
    (error) =>
      error instanceof CombinedError
        ? String(error.graphQLErrors[0]?.extensions.code)
        : String(error),
  );
}

const isReady = async ({ url }: FleetServer) => (await fetch(`${url}/readyz`)).status === 200;

test('servers killed one after another lose nothing', LONG, async () => {
  const fleet = await newFleet(3);
  const random = seededRandom();
  await expectNothingLost(fleet, random, async (load) => {
    for (const member of fleet) {
      await load.waitForMore(random.between(30, 150));
      await member.restart('SIGKILL');
    }
  });
});

test.runIf(postgresRings)(
  'doorbell connections terminated repeatedly lose nothing',
  LONG,
  async () => {
    const fleet = await newFleet(2);
    const random = seededRandom();
    let ended = 0;
    await expectNothingLost(fleet, random, async (load) => {
      for (let round = 1; round <= 5; round += 1) {
        await load.waitForMore(random.between(30, 100));
        const rows = await query(
          `select pg_terminate_backend(pid, 60000) from pg_stat_activity
         where application_name = 'parley doorbell' and datname = current_database()`,
        );
        ended += rows.length;
        const listening =
          "select 1 from pg_stat_activity where application_name = 'parley doorbell' and datname = current_database()";
        await expect.poll(() => query(listening), TIMEOUT).toHaveLength(fleet.length);
      }
    });
    expect(ended).toBeGreaterThanOrEqual(10);
  },
);

test('a PostgreSQL crash loses nothing, and servers recover with it', LONG, async () => {
  const fleet = await newFleet(2);
  await expectNothingLost(fleet, seededRandom(), async (load, writers) => {
    await cluster.crash();
    for (const member of fleet) await expect.poll(() => isReady(member), TIMEOUT).toBe(false);
    const [writer] = writers as [TestClient];
    expect(await sendOnce(writer)).toBe('UNAVAILABLE');
    // Our outbox reports the delay once, and keeps the message.
    const heldUp = Promise.withResolvers<void>();
    const outcome = openOutbox(writer.connection.client, () => heldUp.resolve()).send(
      writer.username,
      'held up',
    );
    await heldUp.promise;
    await cluster.start();
    const back = performance.now();
    for (const member of fleet) await expect.poll(() => isReady(member), TIMEOUT).toBe(true);
    await load.waitForMore(10);
    console.log(`${Math.round(performance.now() - back)} ms from restart to recovery`);
    expect(await outcome).toMatchObject({ sent: true });
  });
});

// The doorbell has no part in it.
test.runIf(postgresRings)(
  'a PostgreSQL backend halted within a transaction leaves no gap for readers',
  LONG,
  async () => {
    const fleet = await newFleet(2);
    await expectNothingLost(fleet, seededRandom(), async (load) => {
      for (let round = 1; round <= 3; round += 1) {
        const pid = await haltWithinTransaction();
        // Meanwhile other servers store messages that need none of its locks.
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        process.kill(pid, 'SIGCONT');
        await load.waitForMore(50);
      }
    });
  },
);

/** Halts a PostgreSQL process within a transaction that stores a message. */
async function haltWithinTransaction(): Promise<number> {
  const inTransaction = `select pid from pg_stat_activity where application_name = 'parley'
    and datname = current_database() and xact_start is not null and state <> 'idle'
    and query ~ '^(insert into (message|participant|conversation)|update account)'`;
  return withClient(database, async (client) => {
    for (;;) {
      const [found] = (await client.query(inTransaction)).rows;
      if (!found) continue;
      process.kill(found.pid, 'SIGSTOP');
      const { rows } = await client.query(`${inTransaction} and pid = ${found.pid}`);
      if (rows.length > 0) return found.pid;
      process.kill(found.pid, 'SIGCONT');
    }
  });
}

test('a server that cannot reach the database stops on SIGTERM', LONG, async () => {
  database = await databaseOn(cluster.url);
  const proxy = await newFlakyProxy(database);
  const server = await startServer({ DATABASE_URL: proxy.url });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  const reading = bob.read();
  await alice.send('bob', 'the last');
  await reading.shown(1);
  proxy.dropPackets();
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('a network that drops packets to the database loses nothing', LONG, async () => {
  database = await databaseOn(cluster.url);
  const proxy = await newFlakyProxy(database);
  const fleet = await startFleet([database, proxy.url]);
  await expectNothingLost(fleet, seededRandom(), async (load, writers) => {
    proxy.dropPackets();
    const lost = performance.now();
    expect(await sendOnce(writers[1] as TestClient)).toBe('UNAVAILABLE');
    console.log(`${Math.round(performance.now() - lost)} ms until UNAVAILABLE`);
    expect(await Promise.all(fleet.map(isReady))).toEqual([true, false]);
    // The other server is not affected.
    await load.waitForMore(50);
    proxy.restore();
    const back = performance.now();
    await expect.poll(() => isReady(fleet[1] as FleetServer), TIMEOUT).toBe(true);
    expect(await sendOnce(writers[1] as TestClient)).toBe('SendMessageSuccess');
    console.log(`${Math.round(performance.now() - back)} ms from restart to recovery`);
  });
});
