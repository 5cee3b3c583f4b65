import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, inject, onTestFinished, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { overHttp } from '../support/ask.ts';
import { newChat, newChatWith } from '../support/chat.ts';
import { newCluster } from '../support/cluster.ts';
import { LOCK_WAIT } from '../support/database.ts';
import { withClient } from '../support/postgres-client.ts';
import { metricsOf } from '../support/process.ts';
import { overEvents } from '../support/stream.ts';
import { openWire } from '../support/wire.ts';

const isPostgres = inject('engine') === 'postgres';

/** 15 KB in fewer code points than a text may have. */
const LONG = '𠮷'.repeat(3_900);

/** What the dashboard shows of each fault. All are 0 in a server without faults. */
async function signsOf(url: string) {
  const metric = await metricsOf(url);
  const overASecond = (name: string) => metric(`${name}_count`) - metric(`${name}_bucket{le="1"}`);
  const refusedLogins = metric(
    'parley_operation_duration_seconds_count{field="login",outcome="InvalidCredentialsError"}',
  );
  return {
    attack: refusedLogins || 0,
    slowDisk: overASecond('parley_commit_duration_seconds'),
    slowClient: metric('parley_sockets_buffered_bytes'),
    lockedRow: metric('parley_changes_held'),
    brokenBell: 1 - metric('parley_doorbell_connected'),
    lateTail: overASecond('parley_tail_lag_seconds'),
    slowBell: overASecond('parley_doorbell_delay_seconds'),
  };
}

const NONE = {
  attack: 0,
  slowDisk: 0,
  slowClient: 0,
  lockedRow: 0,
  brokenBell: 0,
  lateTail: 0,
  slowBell: 0,
};
const SOME = expect.toSatisfy((value: number) => value > 0);

test('an attack on passwords moves refused logins alone', async () => {
  const { chat } = await newChat('alice');
  const query =
    'mutation { login(input: { username: "alice", password: "wrong horse" }) { __typename } }';
  await overHttp({ url: chat.url, query });
  expect(await signsOf(chat.url)).toEqual({ ...NONE, attack: 1 });
});

test('a client that does not read moves buffered bytes alone', async () => {
  const limits = { maxUnreadBytes: 1_000_000_000 };
  const { chat, alice, bob } = await newChatWith({ limits }, 'alice', 'bob');
  for (let n = 0; n < 100; n += 1) await alice.send('bob', LONG);
  const wire = await openWire(chat.url, bob.token);
  wire.socket.pause();
  for (let id = 1; id <= 15; id += 1)
    wire.ask(String(id), '{ pendingMessages(first: 100) { edges { node { text } } } }');
  await expect.poll(() => signsOf(chat.url)).toEqual({ ...NONE, slowClient: SOME });
  wire.socket.terminate();
});

test('a subscription that is read late moves the lag of tails alone', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const stream = await overEvents({ url: chat.url, token: bob.token });
  stream.pause();
  // Some 9 MB: more than the kernel keeps. All at once would make commits long.
  for (let n = 0; n < 30; n += 1)
    await Promise.all(Array.from({ length: 20 }, () => alice.send('bob', LONG)));
  await wait(1_200);
  expect(await signsOf(chat.url)).toEqual(NONE);
  stream.resume();
  await expect.poll(() => stream.messages.length).toBe(600);
  expect(await signsOf(chat.url)).toEqual({ ...NONE, lateTail: 1 });
});

// A disk cannot be slowed down here. A locked file makes a commit take long in the same way.
test.runIf(!isPostgres)('a slow file moves the duration of commits alone', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  using other = new DatabaseSync(chat.app.config.databaseUrl.slice('file:'.length), LOCK_WAIT);
  other.exec('begin immediate');
  const sent = alice.ask(SendMessage, { input: { to: 'bob', text: 'hello' } });
  // Sent after it on the same socket: the answer shows that the message is on its way.
  await alice.ask(SendMessage, { input: { to: 'bob', text: '' } });
  await wait(2_000);
  other.exec('commit');
  expect((await sent).sendMessage.__typename).toBe('SendMessageSuccess');
  expect(await signsOf(chat.url)).toEqual({ ...NONE, slowDisk: 1 });
});

test.runIf(isPostgres)('a locked row moves the changes that wait for it alone', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const sent = await withClient(chat.app.config.databaseUrl, async (other) => {
    await other.query(`begin; select 1 from account where username = 'bob' for update`);
    const sending = alice.ask(SendMessage, { input: { to: 'bob', text: 'hello' } });
    await expect.poll(() => signsOf(chat.url)).toEqual({ ...NONE, lockedRow: 1 });
    await wait(1_200);
    await other.query('commit');
    return sending;
  });
  expect(sent.sendMessage.__typename).toBe('SendMessageSuccess');
  expect(await signsOf(chat.url)).toEqual(NONE);
});

test.runIf(isPostgres)('a broken bell moves its connection alone', async () => {
  const { chat } = await newChat('alice');
  await withClient(chat.app.config.databaseUrl, (other) =>
    other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'parley doorbell' and datname = current_database()`,
    ),
  );
  const disconnected = () => !chat.app.services.bell.isConnected;
  await expect.poll(disconnected, { interval: 10 }).toBe(true);
  expect(await signsOf(chat.url)).toEqual({ ...NONE, brokenBell: 1 });
  await expect.poll(() => signsOf(chat.url)).toEqual(NONE);
});

test.runIf(isPostgres)('a slow bell moves its delay alone', async () => {
  // A cluster on this machine, since a process of it is suspended.
  const cluster = await newCluster();
  onTestFinished(cluster.remove);
  const settings = { DATABASE_URL: cluster.url };
  const { chat, alice, bob } = await newChatWith({ settings }, 'alice', 'bob');
  const { shown } = bob.read();
  const { rows } = await withClient(cluster.url, (other) =>
    other.query(
      `select pid from pg_stat_activity
       where application_name = 'parley doorbell' and datname = current_database()`,
    ),
  );
  process.kill(rows[0].pid, 'SIGSTOP');
  await alice.send('bob', 'hello');
  await shown(1);
  await wait(1_200);
  process.kill(rows[0].pid, 'SIGCONT');
  await expect.poll(() => signsOf(chat.url)).toEqual({ ...NONE, slowBell: 1 });
});
