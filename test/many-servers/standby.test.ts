import { CombinedError } from '@urql/core';
import { expect, onTestFinished, test } from 'vitest';
import { Conversations } from '../../client/core/documents/conversation.ts';
import { SendMessage } from '../../client/core/documents/message.ts';
import { chatServerAt, newClients } from '../support/chat.ts';
import { type Cluster, newCluster } from '../support/cluster.ts';
import { databaseOn } from '../support/database.ts';
import { expectNothingLost, startFleet } from '../support/fleet.ts';
import { withClient } from '../support/postgres-client.ts';
import { startServer } from '../support/process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { newStandby, type Standby } from '../support/standby.ts';
import type { TestClient } from '../support/test-client.ts';

/** A primary whose commits wait for a standby, and the URL of a database on both. */
async function newPair(): Promise<{ primary: Cluster; standby: Standby; url: string }> {
  const primary = await newCluster();
  onTestFinished(primary.remove);
  const standby = await newStandby(primary);
  onTestFinished(standby.remove);
  const { pathname } = new URL(await databaseOn(primary.url));
  const both = primary.url.replace(/(?<=@)(.*)\/.*/, `$1,${new URL(standby.url).host}${pathname}`);
  return { primary, standby, url: `${both}?target_session_attrs=read-write` };
}

test('a synchronous standby that is promoted has everything, and servers move to it', {
  timeout: 180_000,
}, async () => {
  const { primary, standby, url } = await newPair();
  const fleet = await startFleet([url, url]);
  await expectNothingLost(fleet, seededRandom(), async (load) => {
    await load.waitForMore(100);
    await primary.kill();
    await standby.promote();
    const promoted = performance.now();
    await load.waitForMore(1);
    console.log(`${Math.round(performance.now() - promoted)} ms from promotion to recovery`);
    await load.waitForMore(100);
  });
  const state = `select pg_is_in_recovery() as replica, not exists (
      select 1 from account where last_position <> (
        select count(*) from message where recipient_id = account.id)) as dense`;
  const promoted = Object.assign(new URL(standby.url), {
    pathname: new URL(url.replace(/,[^/]*/, '')).pathname,
  });
  const { rows } = await withClient(String(promoted), (client) => client.query(state));
  expect(rows).toEqual([{ replica: false, dense: true }]);
});

/** Sends a message of which a repeat is known. Returns the type or code of the answer. */
async function send(sender: TestClient, to: string): Promise<string> {
  const input = { to, text: 'hello', clientMessageId: 'the same' };
  return sender.ask(SendMessage, { input }).then(
    ({ sendMessage }) => sendMessage.__typename,
    (error) =>
      error instanceof CombinedError
        ? String(error.graphQLErrors[0]?.extensions.code)
        : String(error),
  );
}

test('without its synchronous standby a server acknowledges and delivers nothing', async () => {
  const { primary, standby, url } = await newPair();
  const server = await startServer({ DATABASE_URL: url });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  const isReady = async () => (await fetch(`${server.url}/readyz`)).status;
  const reading = bob.read();
  expect(await isReady()).toBe(200);

  await standby.crash();
  await expect.poll(isReady).toBe(503);
  expect(await send(alice, 'bob')).toBe('UNAVAILABLE');
  // A repeat finds no message that the standby may not get.
  expect(await send(alice, 'bob')).toBe('UNAVAILABLE');
  expect(await isReady()).toBe(503);
  expect(reading.messages).toEqual([]);

  await standby.start();
  await expect.poll(isReady).toBe(200);
  expect(await send(alice, 'bob')).toBe('SendMessageSuccess');
  expect(await reading.shown(1)).toMatchObject([{ position: 1, text: 'hello' }]);
  await expect.poll(() => waitingCommits(primary)).toBe(0);
});

test('without its synchronous standby a server does not use up connections', async () => {
  const { primary, standby, url } = await newPair();
  const connections = 2;
  const server = await startServer({
    DATABASE_URL: url,
    DATABASE_CONNECTIONS: String(connections),
  });
  // Each sends to itself: a change to an account that another has locked would wait for that.
  const usernames = Array.from({ length: 4 * connections }, (_, index) => `user${index}`);
  const clients = Object.values(await newClients(chatServerAt(server.url), usernames));

  await standby.crash();
  for (const client of clients) {
    expect(await send(client, client.username)).toBe('UNAVAILABLE');
    expect(await client.ask(Conversations, {})).toMatchObject({ conversations: { edges: [] } });
  }
  const waiting = await waitingCommits(primary);
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThanOrEqual(connections);

  await standby.start();
  const isReady = async () => (await fetch(`${server.url}/readyz`)).status;
  await expect.poll(isReady).toBe(200);
  for (const client of clients)
    expect(await send(client, client.username)).toBe('SendMessageSuccess');
});

/** The number of commits that wait for a standby. */
async function waitingCommits({ url }: Cluster): Promise<number> {
  const { rows } = await withClient(url, (client) =>
    client.query("select 1 from pg_stat_activity where wait_event = 'SyncRep'"),
  );
  return rows.length;
}
