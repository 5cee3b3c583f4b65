import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { insertAccount } from '../../../server/store/account.ts';
import { StoreError, UnavailableError } from '../../../server/store/errors.ts';
import { writeHeartbeat } from '../../../server/store/heartbeat.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Db } from '../../../server/store/tables.ts';
import { query } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';

const alice = { id: '1', username: 'alice', passwordHash: '', createdAt: 0 };

async function open(path: string) {
  const store = await openStore(`file:${path}`);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

test('a SQLite file flushes each commit and enforces foreign keys', async () => {
  const { db } = await open(join(await temporaryFolder(), 'parley.db'));
  const pragma = async (name: string) =>
    Object.values(Object((await sql.raw(`pragma ${name}`).execute(db)).rows[0]))[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
  expect(await pragma('busy_timeout')).toBe(1);
  expect(await pragma('journal_size_limit')).toBe(24 * 1024 * 1024);
  const ofNobody = {
    id: '1',
    accountId: '1',
    tokenHash: '',
    createdAt: 0,
    usedAt: 0,
    leaseUntil: 0,
  };
  await expect(db.insertInto('session').values(ofNobody).execute()).rejects.toThrow('FOREIGN KEY');
});

test('a store tells the commits of other processes from its own', async () => {
  const path = join(await temporaryFolder(), 'parley.db');
  const store = await open(path);
  store.changedElsewhere();
  await writeHeartbeat(store.db, 'own', 0);
  expect(store.changedElsewhere()).toBe(false);
  await query(`file:${path}`, "insert into heartbeat values ('other', 0)");
  expect(store.changedElsewhere()).toBe(true);
  expect(store.changedElsewhere()).toBe(false);
});

test('a reopened store holds its rows, in folders that it created', async () => {
  const path = join(await temporaryFolder(), 'new', 'folder', 'parley.db');
  const first = await openStore(`file:${path}`);
  await insertAccount(first.db, alice);
  await first[Symbol.asyncDispose]();
  const { db } = await open(path);
  expect(await db.selectFrom('account').select('username').execute()).toEqual([
    { username: 'alice' },
  ]);
});

test('an in-memory store has no file and is not shared', async () => {
  const [one, two] = [await open(':memory:'), await open(':memory:')];
  await insertAccount(one.db, alice);
  expect(await two.db.selectFrom('account').selectAll().execute()).toEqual([]);
});

test('a failed transaction stores nothing', async () => {
  const { db } = await open(':memory:');
  const failing = db.transaction().execute(async (tx) => {
    await insertAccount(tx, alice);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await db.selectFrom('account').selectAll().execute()).toEqual([]);
});

test('a file that is not a database is refused and left unchanged', async () => {
  const path = join(await temporaryFolder(), 'letter.txt');
  const letter = 'dear alice, '.repeat(500);
  await writeFile(path, letter);
  for (const _twice of [1, 2]) {
    await expect(openStore(`file:${path}`)).rejects.toThrow(
      new StoreError(`Cannot open ${path}: file is not a database`),
    );
  }
  expect(await readFile(path, 'utf8')).toBe(letter);
});

test('a transaction in a full database fails with that cause, stores nothing', async () => {
  const { db } = await open(join(await temporaryFolder(), 'parley.db'));
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  const limit = (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(db);
  await limit(Number(Object.values(Object(rows[0]))[0]) + 2);
  const insertLarge = (handle: Db, id: string) =>
    insertAccount(handle, { ...alice, id, username: id, passwordHash: 'x'.repeat(50_000) });
  const failing = db.transaction().execute(async (tx) => {
    await insertAccount(tx, alice);
    await insertLarge(tx, '2').catch(() => {});
    // SQLite has rolled back: without care this would be stored alone.
    await insertAccount(tx, { ...alice, id: '3', username: 'carol' });
  });
  await expect(failing).rejects.toThrow(UnavailableError);
  await expect(failing).rejects.toHaveProperty('cause.message', 'database or disk is full');
  expect(await db.selectFrom('account').select('id').execute()).toEqual([]);
  await limit(1_000_000);
  expect(await insertLarge(db, '4')).toBe(true);
});

test('a query during a transaction shows only committed rows', async () => {
  const { db } = await open(join(await temporaryFolder(), 'parley.db'));
  const names = () => db.selectFrom('account').select('username').execute();
  await db.transaction().execute(async (tx) => {
    await insertAccount(tx, alice);
    expect(await names()).toEqual([]);
  });
  expect(await names()).toEqual([{ username: 'alice' }]);
});

test('concurrent transactions run one after another', async () => {
  const { db } = await open(':memory:');
  await insertAccount(db, alice);
  const increment = () =>
    db.transaction().execute(async (tx) => {
      const { sentCount } = await tx
        .selectFrom('account')
        .select('sentCount')
        .executeTakeFirstOrThrow();
      await new Promise(setImmediate);
      await tx
        .updateTable('account')
        .set({ sentCount: sentCount + 1 })
        .execute();
    });
  await Promise.all(Array.from({ length: 10 }, increment));
  expect(await db.selectFrom('account').select('sentCount').execute()).toEqual([{ sentCount: 10 }]);
});
