import { expect, test } from 'vitest';
import { DeleteAccount } from '../../client/core/documents/account.ts';
import { openStore } from '../../server/store/open.ts';
import { chatServerAt, newClients, PASSWORD } from '../support/chat.ts';
import { newDatabase, query } from '../support/database.ts';
import { fillMailbox } from '../support/mailbox.ts';
import { startServer } from '../support/process.ts';

test('a server killed while it removes a mailbox resumes at its next start', async () => {
  const settings = { DATABASE_URL: await newDatabase(), MAX_UNDELIVERED: '3' };
  let server = await startServer(settings);
  await newClients(chatServerAt(server.url), ['alice', 'bob']);
  await server.end('SIGTERM');
  {
    await using store = await openStore(settings.DATABASE_URL);
    const alice = await store.db
      .selectFrom('account')
      .select('id')
      .where('username', '=', 'alice')
      .executeTakeFirst();
    await store.db.deleteFrom('session').execute();
    await fillMailbox(store, { senderId: alice?.id ?? '', to: 'bob', count: 10_000 });
  }
  const left = () => query(settings.DATABASE_URL, 'select id from message');

  server = await startServer(settings);
  const input = { username: 'bob', password: PASSWORD };
  const { deleteAccount } = await chatServerAt(server.url).anonymous.ask(DeleteAccount, { input });
  await server.end('SIGKILL');
  expect(deleteAccount).toMatchObject({ username: 'bob', undelivered: [{}, {}, {}] });
  expect((await left()).length).toBeGreaterThan(0);

  server = await startServer(settings);
  const { bob } = await newClients(chatServerAt(server.url), ['bob']);
  expect(await bob.ask('{ mailbox { pendingCount } }', {})).toEqual({
    mailbox: { pendingCount: 0 },
  });
  await expect.poll(left).toEqual([]);
  await expect
    .poll(() => query(settings.DATABASE_URL, 'select username from account order by username'))
    .toEqual([{ username: 'alice' }, { username: 'bob' }]);
});
