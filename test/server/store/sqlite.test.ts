import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { insertAccount } from '../../../server/store/account.ts';
import { StoreError } from '../../../server/store/error.ts';
import { openStore } from '../../../server/store/open.ts';
import { temporaryFolder } from '../../support/folder.ts';

const alice = { id: '1', username: 'alice', passwordHash: '', createdAt: 0 };

async function open(path: string) {
  const store = await openStore(`file:${path}`);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

test('a SQLite file flushes each commit, and keeps its references', async () => {
  const { db } = await open(join(await temporaryFolder(), 'parley.db'));
  const pragma = async (name: string) =>
    Object.values(Object((await sql.raw(`pragma ${name}`).execute(db)).rows[0]))[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
  const ofNobody = { id: '1', accountId: '1', tokenHash: '', createdAt: 0, usedAt: 0, leaseUntil: 0 };
  await expect(db.insertInto('session').values(ofNobody).execute()).rejects.toThrow('FOREIGN KEY');
});

test('a store that is opened again holds what it held, in folders that it made', async () => {
  const path = join(await temporaryFolder(), 'new', 'folder', 'parley.db');
  const first = await openStore(`file:${path}`);
  await insertAccount(first.db, alice);
  await first[Symbol.asyncDispose]();
  const { db } = await open(path);
  expect(await db.selectFrom('account').select('username').execute()).toEqual([{ username: 'alice' }]);
});

test('a store in memory needs no file and is shared with nobody', async () => {
  const [one, two] = [await open(':memory:'), await open(':memory:')];
  await insertAccount(one.db, alice);
  expect(await two.db.selectFrom('account').selectAll().execute()).toEqual([]);
});

test('a transaction that fails leaves nothing', async () => {
  const { db } = await open(':memory:');
  const failing = db.transaction().execute(async (tx) => {
    await insertAccount(tx, alice);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await db.selectFrom('account').selectAll().execute()).toEqual([]);
});

test('a file that is no database is refused, and left as it is', async () => {
  const path = join(await temporaryFolder(), 'letter.txt');
  const letter = 'dear alice, '.repeat(500);
  await writeFile(path, letter);
  for (const _twice of [1, 2]) {
    await expect(openStore(`file:${path}`)).rejects.toThrow(
      new StoreError(`${path} cannot be opened: file is not a database`),
    );
  }
  expect(await readFile(path, 'utf8')).toBe(letter);
});
