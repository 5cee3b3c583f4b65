import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { BlockAccount } from '../../../client/core/documents/block.ts';
import { isPostgres } from '../../../server/store/database-name.ts';
import { openStore } from '../../../server/store/open.ts';
import { chatServerAt, newClients, PASSWORD } from '../../support/chat.ts';
import { databaseOn, query } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { withClient } from '../../support/postgres-client.ts';
import { launchServer, startServer } from '../../support/process.ts';

const ENGINES = {
  SQLite: async () => `file:${join(await temporaryFolder(), 'parley.db')}`,
  PostgreSQL: () => databaseOn(inject('postgres')),
};
type Engine = keyof typeof ENGINES;

const DIRECTIONS: readonly { from: Engine; to: Engine }[] = [
  { from: 'SQLite', to: 'PostgreSQL' },
  { from: 'PostgreSQL', to: 'SQLite' },
  { from: 'SQLite', to: 'SQLite' },
  { from: 'PostgreSQL', to: 'PostgreSQL' },
];

const ADMIN = ['server/admin/main.ts'];

/** Runs a verb on a database, or without one. */
const admin = (databaseUrl: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [...ADMIN, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });

const copy = (from: string, to: string, ...args: string[]) =>
  admin('', 'copy', '--from', from, '--to', to, ...args);

const countsOf = async (from: string, to: string): Promise<Record<string, number>> => {
  const rows: { table: string; rows: number }[] = JSON.parse(
    (await copy(from, to, '--json')).stdout,
  );
  return Object.fromEntries(rows.map(({ table, rows }) => [table, rows]));
};

/** Runs several statements, which change rows or tables. */
async function change(databaseUrl: string, ...statements: string[]): Promise<void> {
  for (const statement of statements) await query(databaseUrl, statement);
}

/** Fills every table of a new database, and stops the server that did it. */
async function newChatOn(engine: Engine): Promise<string> {
  const databaseUrl = await ENGINES[engine]();
  const server = await startServer({ DATABASE_URL: databaseUrl });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob', 'carol']);
  for (const text of ['one', 'two', 'three 🐚']) await alice.send('bob', text);
  await bob.ask(BlockAccount, { input: { account: 'carol' } });
  await admin(databaseUrl, 'invitations', 'create');
  await admin(databaseUrl, 'accounts', 'create', 'dave');
  await admin(databaseUrl, 'accounts', 'disable', 'carol');
  await change(
    databaseUrl,
    `insert into used_client_id select id, 'used' from account where username = 'alice'`,
    `update session set lease_until = 9999999999999`,
  );
  alice.close();
  bob.close();
  await server.end('SIGTERM');
  return databaseUrl;
}

/** Lets Alice have sent Bob so many messages that they do not fit into one page. */
const addMessages = (databaseUrl: string) =>
  change(
    databaseUrl,
    `insert into message (id, recipient_id, position, sender_id, sender_username, text, sent_at,
       conversation_id, conversation_position, sent_position)
     with recursive number (n) as (select 4 union all select n + 1 from number where n < 3500)
     select 'm' || (n + 10000), recipient_id, n, sender_id, sender_username, text || n, sent_at,
       conversation_id, n, n
     from number join message on position = 3`,
    `update account set sent_count = 3500 where username = 'alice'`,
    `update account set last_position = 3500 where username = 'bob'`,
    `update conversation set last_position = 3500`,
  );

const KEYS: Record<string, string> = {
  account: 'id',
  session: 'id',
  one_time_password: 'account_id',
  known_address: 'account_id, address_hash',
  block: 'id',
  used_client_id: 'sender_id, client_message_id',
  invitation: 'id',
  admin_event: 'id',
  conversation: 'id',
  participant: 'conversation_id, account_id',
  message: 'id',
};

/** The rows of each table, as texts. */
async function contentOf(databaseUrl: string): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const [table, key] of Object.entries(KEYS)) {
    const collated = key
      .split(', ')
      .map((column) => (isPostgres(databaseUrl) ? `${column}::text collate "C"` : column));
    const rows = await query(databaseUrl, `select * from ${table} order by ${collated}`);
    content[table] = rows.map((row) =>
      Object.entries(row)
        .map(([column, value]) => `${column}=${value}`)
        .toSorted()
        .join(' '),
    );
  }
  return content;
}

/** Compares a copy with its original, row by row. Only leases and its own record may differ. */
async function expectCopy(from: string, to: string): Promise<void> {
  const [original, copied] = [await contentOf(from), await contentOf(to)];
  original.session = (original.session ?? []).map((row) =>
    row.replace(/lease_until=\d+/, 'lease_until=0'),
  );
  const record = copied.admin_event?.pop();
  expect(record).toMatch(/os_user=.* subject=from .* verb=copy$/);
  expect(copied).toEqual(original);
  for (const rows of Object.values(original)) expect(rows.length).toBeGreaterThan(0);
}

test.for(DIRECTIONS)('a copy from $from to $to has every row of every table', async (engines) => {
  const from = await newChatOn(engines.from);
  const to = await ENGINES[engines.to]();
  await addMessages(from);
  expect(await countsOf(from, to)).toMatchObject({ account: 4, message: 3500, admin_event: 3 });
  await expectCopy(from, to);

  // What counts up continues, and what was left out is built by the server.
  await admin(to, 'accounts', 'enable', 'carol');
  const server = await startServer({ DATABASE_URL: to });
  const alice = await chatServerAt(server.url).login('alice');
  expect(await alice.send('bob', 'after the move')).toMatchObject({
    message: { sentPosition: 3501 },
  });
});

test.for(['SQLite', 'PostgreSQL'] as const)(
  'a copy is refused while a server runs on either database, in %s',
  async (engine) => {
    const used = await newChatOn(engine);
    const server = await startServer({ DATABASE_URL: used });
    const refusal = {
      code: 1,
      stderr: expect.stringMatching(
        engine === 'SQLite'
          ? /^Another Parley server uses \S+\. Stop it\.\n$/
          : /^Parley has \d+ other connections? to the database \S+ at \S+\. Stop its servers and admin verbs first\.\n$/,
      ),
    };
    await expect(copy(used, await ENGINES.SQLite())).rejects.toMatchObject(refusal);
    await server.end('SIGTERM');
    const empty = await ENGINES[engine]();
    const another = await startServer({ DATABASE_URL: empty });
    await expect(copy(used, empty)).rejects.toMatchObject(refusal);
    await another.end('SIGTERM');
    // The refusal has changed nothing.
    await startServer({ DATABASE_URL: empty });
  },
);

test('a copy into a database that has rows is refused', async () => {
  const [from, to] = [await newChatOn('SQLite'), await newChatOn('PostgreSQL')];
  const before = await contentOf(to);
  await expect(copy(from, to)).rejects.toMatchObject({
    stderr: expect.stringMatching(
      /^Cannot copy to the database \S+ at \S+: it is not empty, since account has rows\./,
    ),
  });
  expect(await contentOf(to)).toEqual(before);
});

test.for<[what: string, from: string, to: string, error: RegExp]>([
  ['one database only', 'file:x.db', '', /^--to must be file:PATH/],
  [
    'one database twice',
    'file:x.db',
    'file:./x.db',
    /^Both databases are the same: \/.*x\.db\.\n$/,
  ],
  ['a file that is not there', 'file:x.db', 'file:y.db', /^There is no database at .*x\.db\.\n$/],
  ['memory', 'file::memory:', 'file:y.db', /^A database in memory cannot be copied\.\n$/],
  ['an invalid URL', 'postgres://a:secret@', 'file:y.db', /^--from must be .* not "postgres:/],
  [
    'a server that is not there',
    'postgres://a:secret@127.0.0.1:1/chat',
    'file:y.db',
    /^Cannot use the database chat at 127\.0\.0\.1:1: .*\n$/,
  ],
])('a copy of %s is refused', async ([_what, from, to, error]) => {
  const refusal = await copy(from, to).catch((failure) => failure);
  expect(refusal).toMatchObject({ code: 1, stderr: expect.stringMatching(error) });
  expect(refusal.stderr).not.toContain('secret');
});

test('a copy without both names says how to name them', async () => {
  await expect(admin('', 'copy', '--to', 'file:y.db')).rejects.toMatchObject({
    code: 1,
    stderr: 'Name both databases with --from URL and --to URL.\n',
  });
});

test.for<[version: string, statement: string, error: string]>([
  ['an older', `delete from migration where name > '0014'`, 'does not have the tables of this'],
  [
    'a newer',
    `insert into migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')`,
    'a newer version has changed it (9999-later).',
  ],
])('a copy from %s version is refused', async ([_version, statement, error]) => {
  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    const from = await newChatOn(engine);
    await change(from, statement);
    await expect(copy(from, await ENGINES.PostgreSQL())).rejects.toMatchObject({
      stderr: expect.stringContaining(error),
    });
  }
});

/** Makes a copy to an empty database fail or hang at the 1500th message. */
async function newBrokenTarget(engine: Engine): Promise<string> {
  const to = await ENGINES[engine]();
  const store = await openStore(to);
  await store[Symbol.asyncDispose]();
  await change(
    to,
    ...(isPostgres(to)
      ? [
          `create function hang() returns trigger language plpgsql as $$
             begin perform pg_sleep(1000); return new; end $$`,
          `create trigger obstacle before insert on message
             for each row when (new.position = 1500) execute function hang()`,
        ]
      : [
          `create trigger obstacle before insert on message when new.position = 1500
             begin select raise(abort, 'the disk fell out'); end`,
        ]),
  );
  return to;
}

const removeObstacle = (to: string) =>
  change(to, `drop trigger obstacle ${isPostgres(to) ? 'on message' : ''}`);

/** Kills a copy with SIGKILL in the middle of the messages. */
async function killCopy(from: string, to: string): Promise<void> {
  const args = [...ADMIN, 'copy', '--from', from, '--to', to];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  await withClient(to, async (client) => {
    const sleeping = `select 1 from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`;
    while (child.exitCode === null && (await client.query(sleeping)).rows.length === 0)
      await wait(10);
  });
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
}

test('a copy that is killed blocks servers, and continues when it is run again', async () => {
  const from = await newChatOn('SQLite');
  await addMessages(from);
  const to = await newBrokenTarget('PostgreSQL');
  await killCopy(from, to);
  const server = launchServer({ DATABASE_URL: to });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  const sentence = `has an unfinished copy of ${from.slice('file:'.length)}. Run the copy again, or use`;
  expect(server.stderr()).toContain(sentence);
  const refusal = { code: 1, stderr: expect.stringContaining(sentence) };
  await expect(admin(to, 'accounts', 'list')).rejects.toMatchObject(refusal);
  await expect(copy(to, await ENGINES.SQLite())).rejects.toMatchObject(refusal);
  await expect(copy(await newChatOn('SQLite'), to)).rejects.toMatchObject({
    stderr: expect.stringContaining('Copy that again, or copy to a new database.'),
  });

  await removeObstacle(to);
  expect((await copy(from, to)).stderr).toContain(
    'Rows of message that are copied already: 1,000\n',
  );
  await expectCopy(from, to);
  await startServer({ DATABASE_URL: to });
});

test.for(['SQLite', 'PostgreSQL'] as const)(
  'a copy to %s begins again if its original has changed since it broke off',
  async (engine) => {
    const from = await newChatOn('SQLite');
    await addMessages(from);
    const to = await newBrokenTarget(engine);
    await expect(copy(from, to)).rejects.toMatchObject({ code: 1 });
    await change(from, 'update account set delivered_through = delivered_through + 1');
    await removeObstacle(to);
    expect((await copy(from, to)).stderr).toContain(
      'Rows of account to copy again, since the original has changed: 4\n',
    );
    await expectCopy(from, to);
  },
);

test('a complete copy names neither password, and leaves its original unchanged', async () => {
  const [from, to] = [await newChatOn('PostgreSQL'), await ENGINES.PostgreSQL()];
  const before = await contentOf(from);
  const { stdout, stderr } = await copy(from, to);
  const { password } = new URL(to);
  expect(password).not.toBe('');
  expect(stdout).toMatch(/^table=account {2}rows=4\n/);
  expect(stderr).toMatch(/^The copy is complete, and each row was compared with its original\./m);
  const audit = (await admin(to, 'audit')).stdout;
  expect(audit).toMatch(/verb=copy {2}subject=from the database \S+ at \S+\n/);
  expect(stdout + stderr + audit).not.toContain(`:${password}@`);
  expect(await contentOf(from)).toEqual(before);
  expect(PASSWORD).not.toBe(password);
});
