import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../../../server/store/open.ts';
import { LOCK_WAIT } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** A store in a file of its own, whose WAL SQLite does not empty by itself. */
async function newStore() {
  const folder = await temporaryFolder();
  const path = join(folder, 'parley.db');
  const store = await openStore(`file:${path}`);
  await sql`pragma wal_autocheckpoint = 0`.execute(store.db);
  await sql`create table filler (text text)`.execute(store.db);
  return { folder, path, store };
}

/** Writes that many pages, a hundred at a time. */
async function writePages({ db }: Pick<Store, 'db'>, count: number): Promise<void> {
  for (let written = 0; written < count; written += 100)
    await sql`
      with recursive page(n) as (select 1 union all select n + 1 from page where n < 100)
      insert into filler select hex(randomblob(2000)) from page`.execute(db);
}

/** What another process sees. */
function observe(path: string) {
  const database = new DatabaseSync(path, LOCK_WAIT);
  onTestFinished(() => database.close());
  const state = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  return { database, wal: () => state.get() as { log: number; checkpointed: number } };
}

test('a long WAL is emptied while nothing is written', async () => {
  const { path, store } = await newStore();
  await using _open = store;
  const { wal } = observe(path);
  await writePages(store, 4_500);
  await expect.poll(() => wal().log - wal().checkpointed).toBe(0);
  await writePages(store, 100);
  expect(wal().log).toBeLessThan(1_000);
});

test('a thread copies pages while a transaction keeps the server from it', async () => {
  const { path, store } = await newStore();
  await using _open = store;
  const { wal } = observe(path);
  await writePages(store, 4_500);
  await store.db.transaction().execute(async () => {
    await expect.poll(() => wal().checkpointed).toBeGreaterThan(4_500);
  });
});

test('a WAL is emptied between commits that follow each other', async () => {
  const { path, store } = await newStore();
  await using _open = store;
  const { database, wal } = observe(path);
  let [before, restarts] = [0, 0];
  while (restarts < 3) {
    await writePages(store, 100);
    await nextTurn();
    const { log } = wal();
    if (log < before) restarts += 1;
    before = log;
  }
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
});

test('a WAL that another process reads is emptied afterwards', async () => {
  const { path, store } = await newStore();
  await using _open = store;
  const { database, wal } = observe(path);
  database.exec('begin');
  database.prepare('select count(*) from filler').get();
  const other = observe(path);
  await writePages(store, 4_500);
  database.exec('commit');
  await expect.poll(() => other.wal().log - other.wal().checkpointed).toBe(0);
  expect(wal().checkpointed).toBeGreaterThan(4_000);
});

test('a store that is closed at once leaves a single complete file', async () => {
  const { folder, path, store } = await newStore();
  await writePages(store, 6_000);
  await store[Symbol.asyncDispose]();
  expect((await readdir(folder)).filter((name) => !name.includes('.lock'))).toEqual(['parley.db']);
  const { database } = observe(path);
  expect(database.prepare('select count(*) as count from filler').get()).toEqual({ count: 6_000 });
});
