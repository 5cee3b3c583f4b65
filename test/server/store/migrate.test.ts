import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { writeBatch } from '../../../server/domain/write.ts';
import { insertAccount } from '../../../server/store/account.ts';
import { isPostgres, sqlitePath } from '../../../server/store/database-name.ts';
import { messagesReceived } from '../../../server/store/message.ts';
import { migrations } from '../../../server/store/migrations.ts';
import { openStore } from '../../../server/store/open.ts';
import { postgresDialect } from '../../../server/store/postgres.ts';
import { sqliteDialect } from '../../../server/store/sqlite.ts';
import { newDatabase, query } from '../../support/database.ts';
import { startServer } from '../../support/process.ts';

/** Starts as a version does that knows the first six migrations, and no table of ours for them. */
async function startVersionBefore(databaseUrl: string): Promise<void> {
  using dialect = isPostgres(databaseUrl)
    ? await postgresDialect(databaseUrl, { connections: 1, waitSeconds: 0, onWait() {} })
    : sqliteDialect(sqlitePath(databaseUrl), () => {});
  const db = new Kysely<never>({ dialect });
  const known = Object.fromEntries(Object.entries(migrations).slice(0, 6));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => known },
  }).migrateToLatest();
  await db.destroy();
  expect(error).toBeUndefined();
}

async function send(databaseUrl: string, text: string): Promise<void> {
  await using store = await openStore(databaseUrl);
  const draft = { senderId: 'alice', to: 'bob', text, clientMessageId: null };
  const { results } = await writeBatch(store.db, [draft], 100, Date.now());
  const [sent] = results;
  expect(sent).toMatchObject({ text });
}

async function received(databaseUrl: string): Promise<string[]> {
  await using store = await openStore(databaseUrl);
  const messages = await messagesReceived(store.db, 'bob', { after: null, limit: 10 });
  return messages.map(({ position, text }) => `${position} ${text}`);
}

test('versions before and after a migration take turns on the same database', async () => {
  const databaseUrl = await newDatabase();
  await startVersionBefore(databaseUrl);
  await query(
    databaseUrl,
    `insert into account (id, username, password_hash, created_at)
      values ('alice', 'alice', '', 0), ('bob', 'bob', '', 0)`,
  );
  await send(databaseUrl, 'one');
  await startVersionBefore(databaseUrl);
  await send(databaseUrl, 'two');
  expect(await received(databaseUrl)).toEqual(['1 one', '2 two']);
});

test('a store opens after a migration of a newer version', async () => {
  const databaseUrl = await newDatabase();
  {
    await using store = await openStore(databaseUrl);
    await insertAccount(store.db, {
      id: 'alice',
      username: 'alice',
      passwordHash: '',
      createdAt: 0,
    });
    await insertAccount(store.db, { id: 'bob', username: 'bob', passwordHash: '', createdAt: 0 });
  }
  await query(
    databaseUrl,
    `insert into migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')`,
  );
  await send(databaseUrl, 'one');
  expect(await received(databaseUrl)).toEqual(['1 one']);
  const server = await startServer({ DATABASE_URL: databaseUrl });
  await server.logs('The database was changed by a newer version (9999-later).');
});
