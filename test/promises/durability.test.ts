import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { chatServerAt, newChat, newClients } from '../support/chat.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startServer } from '../support/process.ts';
import { commitsOf } from '../support/wal.ts';

/**
 * It shows the calls by which a process has its writes flushed to the disk. With -D it is not the
 * server's parent.
 */
const TRACER = ['strace', '-D', '-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o'];
const [strace = '', ...options] = TRACER;
const canTrace = spawnSync(strace, [...options, '/dev/null', 'true']).status === 0;
const untraced = canTrace ? '' : ' (NOT RUN: it needs strace, and the right to trace)';

test('every connection to the store flushes each commit', async () => {
  const { chat } = await newChat();
  const pragma = async (name: string) =>
    Object.values(
      (await sql<object>`pragma ${sql.raw(name)}`.execute(chat.app.store.db)).rows[0] ?? {},
    )[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
  expect(await pragma('busy_timeout')).toBeGreaterThan(0);

  const file = join(await temporaryFolder(), 'parley.db');
  const server = await startServer({ DATABASE_URL: `file:${file}` });
  await server.end('SIGKILL');
  using database = new DatabaseSync(file);
  expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
});

test.runIf(canTrace)(
  `a single send is flushed to disk before it is answered${untraced}`,
  async () => {
    const folder = await temporaryFolder();
    const trace = join(folder, 'trace');
    const server = await startServer({ DATABASE_URL: `file:${join(folder, 'parley.db')}` }, [
      ...TRACER,
      trace,
    ]);
    const { alice } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
    const flushes = async () =>
      (await readFile(trace, 'utf8')).match(/f(?:data)?sync\(.*= 0$/gm)?.length ?? 0;

    const counts: number[] = [];
    for (let number = 1; number <= 20; number += 1) {
      const before = await flushes();
      await alice.send('bob', `text ${number}`);
      counts.push((await flushes()) - before);
    }
    console.log('flushes for each lone send:', counts.join(' '));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
  },
);

test('concurrent sends share commits', async () => {
  const file = join(await temporaryFolder(), 'parley.db');
  const server = await startServer({ DATABASE_URL: `file:${file}` });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  await Promise.all([alice.send('bob', 'the first'), bob.send('alice', 'the first')]);
  using commits = await commitsOf(file);
  const sends = Array.from({ length: 200 }, (_, number) =>
    alice.ask(SendMessage, { input: { to: 'bob', text: `text ${number}` } }),
  );
  const answers = await Promise.all(sends);
  const count = await commits.count();
  console.log(`${answers.length} sends at the same moment took ${count} commits`);
  expect(answers.every(({ sendMessage }) => sendMessage.__typename === 'SendMessageSuccess')).toBe(
    true,
  );
  expect(count).toBeGreaterThanOrEqual(1);
  expect(count).toBeLessThan(answers.length / 4);

  // One at a time, each has a commit of its own: what is counted is what it is called.
  for (let number = 1; number <= 5; number += 1) await alice.send('bob', `alone ${number}`);
  expect(await commits.count()).toBeGreaterThanOrEqual(count + 5);
});
