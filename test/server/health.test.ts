import { DatabaseSync } from 'node:sqlite';
import { expect, inject, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { codes, overHttp } from '../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../support/chat.ts';
import { LOCK_WAIT, query } from '../support/database.ts';
import { withClient } from '../support/postgres-client.ts';

/** Makes a database read-only. The returned function makes it writable again. */
async function makeReadOnly(databaseUrl: string): Promise<() => Promise<void>> {
  if (inject('engine') === 'sqlite') {
    const database = new DatabaseSync(databaseUrl.slice('file:'.length), LOCK_WAIT);
    database.exec('begin immediate');
    return async () => database.close();
  }
  const name = new URL(databaseUrl).pathname.slice(1);
  const set = (value: string) =>
    withClient(databaseUrl, async (client) => {
      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${name} set default_transaction_read_only = ${value}`);
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
    });
  await set('on');
  return () => set('off');
}

test('/readyz is 503 while the store is read-only, and recovers by itself', async () => {
  let now = Date.now();
  const { chat, alice } = await newChatWith({ clock: () => now }, 'alice', 'bob');
  const { databaseUrl } = chat.app.config;
  const statusOf = async (path: string) => (await fetch(chat.url + path)).status;
  const send = 'mutation { sendMessage(input: { to: "alice", text: "hello" }) { __typename } }';
  const login = `mutation { login(input: { username: "bob", password: "${PASSWORD}", ifOnline: JOIN }) { ... on LoginSuccess { token } } }`;
  const { token } = Object((await overHttp({ url: chat.url, query: login })).data?.login);
  const ask = (text: string) => overHttp({ url: chat.url, query: text, token });
  expect(await statusOf('/readyz')).toBe(200);

  const makeWritable = await makeReadOnly(databaseUrl);
  await expect.poll(() => statusOf('/readyz')).toBe(503);
  expect(await statusOf('/healthz')).toBe(200);
  // The session's lease is due for renewal by now, which must not fail a query.
  now += 10 * 60_000;
  await expect
    .poll(() => ask('{ viewer { username } }'))
    .toEqual({ data: { viewer: { username: 'bob' } } });
  expect(codes(await ask(send))).toEqual(['UNAVAILABLE']);

  await makeWritable();
  await expect.poll(() => statusOf('/readyz')).toBe(200);
  await alice.ask(SendMessage, { input: { to: 'bob', text: 'hello again' } });
  expect(await query(databaseUrl, 'select text from message')).toEqual([{ text: 'hello again' }]);
});

test('a hundred concurrent /readyz requests share one attempt', async () => {
  const { chat } = await newChat();
  const before = chat.app.store.statements;
  const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${chat.url}/readyz`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  // An attempt takes two statements, and the server runs a few of its own meanwhile. Without
  // sharing, it would be 200.
  expect(chat.app.store.statements - before).toBeLessThan(20);
});
