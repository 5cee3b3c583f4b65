import { sql } from 'kysely';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { writeBatch } from '../../../server/domain/write.ts';
import { accountByUsername, insertAccount } from '../../../server/store/account.ts';
import { accountsMatching } from '../../../server/store/account-search.ts';
import { StoreError, UnavailableError } from '../../../server/store/errors.ts';
import { openStore } from '../../../server/store/open.ts';
import { checkSessions } from '../../../server/store/postgres-checks.ts';
import { inTransaction } from '../../../server/store/transaction.ts';
import { newDatabase } from '../../support/database.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { freePort } from '../../support/port.ts';
import { withClient } from '../../support/postgres-client.ts';
import { newSignal } from '../../support/wait.ts';

async function newStore() {
  const url = await newDatabase();
  const store = await openStore(url);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return { url, store, db: store.db };
}

const account = (username: string) => ({
  id: username,
  username,
  passwordHash: '',
  createdAt: Date.now(),
});

test('concurrent starts over an empty database create the tables once', async () => {
  const url = await newDatabase();
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(url)));
  for (const [index, { db }] of stores.entries())
    expect(await insertAccount(db, account(`a${index}`))).toBe(true);
  for (const store of stores) await store[Symbol.asyncDispose]();
});

test('a database that does not flush its commits is refused', async () => {
  const url = await newDatabase();
  await withClient(url, (client) =>
    client.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`),
  );
  await expect(openStore(url)).rejects.toThrow(
    new StoreError(
      'PostgreSQL has synchronous_commit = off: acknowledged messages could be lost. Turn it on.',
    ),
  );
});

test('a start waits for a database that is not there yet', async () => {
  const proxy = await newFlakyProxy(await newDatabase());
  proxy.cut();
  const reasons: string[] = [];
  await using store = await openStore(proxy.url, {
    connections: 2,
    waitSeconds: 60,
    onWait({ message }) {
      reasons.push(message);
      proxy.restore();
    },
  });
  expect(await insertAccount(store.db, account('alice'))).toBe(true);
  expect(reasons).toHaveLength(1);
});

test('connections that share a session, as those of a pooler may, are refused', async () => {
  const url = await newDatabase();
  // Stands for a pooler in transaction mode: both connections then read the same setting.
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  onTestFinished(() => pool.end());
  await expect(checkSessions(pool, pool)).rejects.toThrow('a pooler in transaction mode');
  const other = new pg.Pool({ connectionString: url, max: 1 });
  onTestFinished(() => other.end());
  await checkSessions(pool, other);
});

test('the error for an unreachable or locked database hides the password', async () => {
  const url = new URL(await newDatabase());
  url.password = 'hunter2';
  const locked = await openStore(String(url)).catch((error) => error);
  url.port = String(await freePort());
  const away = await openStore(String(url)).catch((error) => error);
  for (const error of [locked, away]) {
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toMatch(/^Cannot use the database \w+ at [\w.:]+: /);
    expect(error.message).not.toContain('hunter2');
  }
});

test("usernames are ordered bytewise, whatever the database's locale", async () => {
  const { db } = await newStore();
  const usernames = ['ab', 'a-b', 'a_c', 'a.d', 'b', 'a'];
  for (const username of usernames) await insertAccount(db, account(username));
  const { rows } = await sql<{
    username: string;
  }>`select username from account order by username collate "en-x-icu"`.execute(db);
  const listed = await accountsMatching(db, '%', null, 10);
  expect(listed.map(({ username }) => username)).toEqual(usernames.toSorted());
  // Otherwise the test would prove nothing.
  expect(rows.map(({ username }) => username)).not.toEqual(usernames.toSorted());
  expect((await accountsMatching(db, '%', 'a-b', 2)).map(({ username }) => username)).toEqual([
    'a.d',
    'a_c',
  ]);
});

test('a search for a text with NUL finds nothing', async () => {
  const { db } = await newStore();
  await insertAccount(db, account('alice'));
  expect(await accountByUsername(db, 'alice\0')).toBeUndefined();
  expect(await accountsMatching(db, '%\0%', null, 10)).toEqual([]);
});

test('moments and counts are numbers', async () => {
  const { db } = await newStore();
  await insertAccount(db, account('alice'));
  const row = await db
    .selectFrom('account')
    .select(({ fn }) => ['createdAt', fn.countAll().as('count')])
    .groupBy('createdAt')
    .executeTakeFirst();
  expect(row).toEqual({ createdAt: expect.any(Number), count: 1 });
});

test('a batch takes as many statements for one message as for a hundred', async () => {
  const { store } = await newStore();
  for (const username of ['alice', 'bob', 'carol'])
    await insertAccount(store.db, account(username));
  const cost = async (size: number) => {
    const drafts = Array.from({ length: size }, (_, number) => ({
      senderId: number % 2 ? 'alice' : 'bob',
      to: number % 3 ? 'carol' : 'alice',
      text: 'hello',
      clientMessageId: `${size} ${number}`,
    }));
    const before = store.statements;
    const { results } = await writeBatch(store.db, drafts, 1_000, 0);
    expect(results.filter((result) => result instanceof Error)).toEqual([]);
    return store.statements - before;
  };
  // Begin, six statements, commit.
  expect([await cost(1), await cost(100)]).toEqual([8, 8]);
});

test('deadlocked transactions both succeed', async () => {
  const { db } = await newStore();
  for (const username of ['alice', 'bob']) await insertAccount(db, account(username));
  let attempts = 0;
  const begun = newSignal();
  const both = Promise.all([begun.next(), begun.next()]);
  let waiting = 0;
  const swap = (first: string, second: string) =>
    inTransaction(db, async (tx) => {
      attempts += 1;
      const add = (id: string) =>
        tx
          .updateTable('account')
          .set((eb) => ({ sentCount: eb('sentCount', '+', 1) }))
          .where('id', '=', id)
          .execute();
      await add(first);
      waiting += 1;
      if (waiting === 2) begun.notify();
      // In the first attempt of both, each holds what the other wants.
      if (attempts <= 2) await both;
      await add(second);
    });
  await Promise.all([swap('alice', 'bob'), swap('bob', 'alice')]);
  expect(attempts).toBeGreaterThan(2);
  expect(await db.selectFrom('account').select('sentCount').execute()).toEqual([
    { sentCount: 2 },
    { sentCount: 2 },
  ]);
});

test('a statement that waits too long is cancelled and its connection reused', async () => {
  const { url, db } = await newStore();
  await insertAccount(db, account('alice'));
  await withClient(url, async (client) => {
    await client.query('begin; update account set sent_count = 1');
    await expect(db.updateTable('account').set({ sentCount: 2 }).execute()).rejects.toThrow(
      UnavailableError,
    );
    await client.query('rollback');
  });
  await db.updateTable('account').set({ sentCount: 3 }).execute();
  expect(await accountByUsername(db, 'alice')).toMatchObject({ sentCount: 3 });
});

test('a table change by a newer server costs at most one connection', async () => {
  const { url, db } = await newStore();
  const all = () => db.selectFrom('participant').selectAll().execute();
  expect(await all()).toEqual([]);
  await withClient(url, (client) => client.query('alter table participant add column color text'));
  await expect(all()).rejects.toThrow(UnavailableError);
  expect(await all()).toEqual([]);
});
