import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../server/store/open.ts';
import { type Cluster, newCluster } from '../support/cluster.ts';
import { databaseOn } from '../support/database.ts';
import { newFlakyProxy } from '../support/flaky-proxy.ts';
import { expectNothingLost, startFleet } from '../support/fleet.ts';
import { freePort } from '../support/port.ts';
import { withClient } from '../support/postgres-client.ts';
import { startServer } from '../support/process.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Adds hosts to a URL, before its own and after it. */
const withHosts = (url: string, before: readonly string[], after: readonly string[] = []) =>
  url.replace(/(?<=@)[^/]+/, (host) => [...before, host, ...after].join(','));

async function clusterForThisTest(): Promise<Cluster> {
  const cluster = await newCluster();
  onTestFinished(cluster.remove);
  return cluster;
}

/** Makes a host accept no changes in new and in open sessions, as after a switchover, or again. */
async function setReadOnly(cluster: Cluster, on: boolean): Promise<void> {
  await withClient(cluster.url, async (client) => {
    await client.query(`alter system set default_transaction_read_only = ${on ? 'on' : 'off'}`);
    await client.query('select pg_reload_conf()');
  });
}

test('of several hosts, a start takes the first that runs and accepts writes', async () => {
  const replica = await clusterForThisTest();
  const primary = await clusterForThisTest();
  await setReadOnly(replica, true);
  const stopped = `127.0.0.1:${await freePort()}`;
  const database = await databaseOn(primary.url);
  const url = withHosts(database, [stopped, new URL(replica.url).host]);
  await using _store = await openStore(`${url}?target_session_attrs=read-write`);
  const { rows } = await withClient(database, (client) =>
    client.query("select 1 from pg_tables where tablename = 'message'"),
  );
  expect(rows).toHaveLength(1);
});

test('without a host that accepts writes a start says so', async () => {
  const replica = await clusterForThisTest();
  await setReadOnly(replica, true);
  const url = withHosts(replica.url, [`127.0.0.1:${await freePort()}`]);
  await expect(openStore(url)).rejects.toThrow(/Cannot use the database postgres at .* or /);
});

test('servers move to the host that takes over, and lose nothing', {
  timeout: 180_000,
}, async () => {
  // Two routes to one database stand for two hosts that have the same messages.
  const cluster = await clusterForThisTest();
  const database = await databaseOn(cluster.url);
  const [first, second] = [await newFlakyProxy(database), await newFlakyProxy(database)];
  const url = withHosts(first.url, [], [new URL(second.url).host]);
  const fleet = await startFleet([url, url]);
  await expectNothingLost(fleet, seededRandom(), async (load) => {
    for (const gone of [first, second]) {
      await load.waitForMore(50);
      gone.cut();
      await load.waitForMore(50);
      gone.restore();
    }
  });
});

test('a server leaves a host that has become read-only', async () => {
  const first = await clusterForThisTest();
  const second = await clusterForThisTest();
  const url = withHosts(first.url, [], [new URL(second.url).host]);
  const server = await startServer({ DATABASE_URL: url });
  const isReady = async () => (await fetch(`${server.url}/readyz`)).status;
  expect(await isReady()).toBe(200);
  // The other host has the same tables: here because a server has run on it.
  await (await openStore(second.url))[Symbol.asyncDispose]();
  await setReadOnly(first, true);
  await expect.poll(isReady).toBe(200);
  const listening = () =>
    withClient(second.url, (client) =>
      client.query("select 1 from pg_stat_activity where application_name = 'parley doorbell'"),
    );
  await expect.poll(async () => (await listening()).rows.length).toBe(1);
});
