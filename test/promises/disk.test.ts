import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codes, overHttp, type Result } from '../support/ask.ts';
import { chatServerAt, newClients } from '../support/chat.ts';
import { LOCK_WAIT, query } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startServer } from '../support/process.ts';

/** A server over a SQLite file, with alice and bob. */
async function newServer(tracer: readonly string[] = []) {
  const file = join(await temporaryFolder(), 'parley.db');
  const server = await startServer({ DATABASE_URL: `file:${file}` }, tracer);
  const { url } = server;
  const { alice } = await newClients(chatServerAt(url), ['alice', 'bob']);
  const sendQuery =
    'mutation ($text: String!) { sendMessage(input: { to: "bob", text: $text }) { ... on SendMessageSuccess { sentMessage { id } } } }';
  return {
    ...server,
    file,
    ask: (query: string) => overHttp({ url, query, token: alice.token }),
    send: (text: string) =>
      overHttp({ url, query: sendQuery, variables: { text }, token: alice.token }),
    statusOf: async (path: string) => (await fetch(url + path)).status,
  };
}

const isStored = ({ data }: Result) => JSON.stringify(data?.sendMessage ?? {}).includes('"id"');

/** Takes the write lock of a database, as another process would. Disposing of it lets go. */
function hold(file: string): Disposable {
  const database = new DatabaseSync(file, LOCK_WAIT);
  database.exec('begin immediate');
  return { [Symbol.dispose]: () => database.close() };
}

test('a send waits for a locked database while others are served', async () => {
  const { file, send, ask, statusOf } = await newServer();
  let sent = false;
  let sending: Promise<Result>;
  {
    using _lock = hold(file);
    sending = send('patient').finally(() => {
      sent = true;
    });
    expect(await statusOf('/healthz')).toBe(200);
    expect(await ask('{ viewer { username } conversations { edges { cursor } } }')).toEqual({
      data: { viewer: { username: 'alice' }, conversations: { edges: [] } },
    });
    expect(await statusOf('/readyz')).toBe(503);
    expect(sent).toBe(false);
  }
  expect(isStored(await sending)).toBe(true);
  await expect.poll(() => statusOf('/readyz')).toBe(200);
});

test('a send to a database that stays locked is UNAVAILABLE and not stored', async () => {
  const { file, send, logs } = await newServer();
  {
    using _lock = hold(file);
    expect(codes(await send('in vain'))).toEqual(['UNAVAILABLE']);
    await logs('database is locked');
  }
  expect(isStored(await send('again'))).toBe(true);
  expect(await query(`file:${file}`, 'select text from message')).toEqual([{ text: 'again' }]);
});

test('a full disk is UNAVAILABLE, with the cause in the log, until there is room', async () => {
  // A file that may not grow; bash counts in KiB.
  const limited = ['bash', '-c', 'trap "" XFSZ; ulimit -S -f 1000; exec "$@"', 'bash'];
  const { file, pid, send, ask, statusOf, stderr, logs } = await newServer(limited);
  const stored: string[] = [];
  let last: Result = {};
  for (let number = 0; number < 1_000; number += 1) {
    const text = `${number} ${'x'.repeat(3_000)}`;
    last = await send(text);
    if (!isStored(last)) break;
    stored.push(text);
  }
  expect(codes(last)).toEqual(['UNAVAILABLE']);
  await logs('disk I/O error');
  expect(stderr()).not.toContain('no transaction is active');
  await expect.poll(() => statusOf('/readyz')).toBe(503);
  expect(await ask('{ viewer { username } }')).toEqual({ data: { viewer: { username: 'alice' } } });

  await promisify(execFile)('prlimit', ['--pid', String(pid), '--fsize=unlimited']);
  expect(isStored(await send('room again'))).toBe(true);
  await expect.poll(() => statusOf('/readyz')).toBe(200);
  const kept = await query(`file:${file}`, 'select text from message order by position');
  expect(kept).toEqual([...stored, 'room again'].map((text) => ({ text })));
});

test.for([
  ['removed', '', (file: string) => rm(file)],
  ['moved', '', (file: string) => rename(file, `${file}.old`)],
  [
    'replaced',
    '',
    (file: string) => writeFile(`${file}.new`, '').then(() => rename(`${file}.new`, file)),
  ],
  ['removed', '-wal', (file: string) => rm(file)],
  ['removed', '.lock', (file: string) => rm(file)],
] as const)(
  'a server stops with an error when its file is %s: parley.db%s',
  async ([, suffix, change]) => {
    const { file, send, exited, stderr } = await newServer();
    expect(isStored(await send('before'))).toBe(true);
    await change(file + suffix);
    const answer = await send('after').catch(() => ({}));
    expect(isStored(answer)).toBe(false);
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(stderr()).toContain(
      `${file}${suffix} was removed or replaced while the server was using it.`,
    );
    if (suffix)
      expect(await query(`file:${file}`, 'select text from message')).toEqual([{ text: 'before' }]);
  },
);

test('database files are readable by their owner only', async () => {
  const { file } = await newServer();
  for (const suffix of ['', '-wal', '-shm', '.lock']) {
    expect([suffix, ((await stat(file + suffix)).mode & 0o777).toString(8)]).toEqual([
      suffix,
      '600',
    ]);
  }
});

/** Sends 200 messages of 16 KB at a time, and remembers which were stored. */
function sendMuch({ send }: Pick<Awaited<ReturnType<typeof newServer>>, 'send'>) {
  const sent = new Set<string>();
  return {
    sent,
    async batch() {
      const texts = Array.from({ length: 200 }, () => `${randomUUID()} ${'😀'.repeat(3_900)}`);
      await Promise.all(
        texts.map(async (text) => {
          if (isStored(await send(text))) sent.add(text);
        }),
      );
    },
  };
}

test('a WAL that grew during a long read shrinks afterwards', async () => {
  const server = await newServer();
  const { batch } = sendMuch(server);
  const sizeOfWal = async () => (await stat(`${server.file}-wal`)).size;
  const LIMIT = 24 * 1024 * 1024;
  {
    using reader = new DatabaseSync(server.file);
    reader.exec('begin; select count(*) from message');
    while ((await sizeOfWal()) < 1.5 * LIMIT) await batch();
  }
  const sizeAfterSend = async () => {
    await server.send('from the start again');
    return sizeOfWal();
  };
  await expect.poll(sizeAfterSend).toBeLessThanOrEqual(LIMIT);
});

test('a server that is killed while it empties its WAL has lost nothing', async () => {
  const server = await newServer();
  const { batch, sent } = sendMuch(server);
  let killed = false;
  const sending = (async () => {
    while (!killed) await batch().catch(() => {});
  })();
  using observer = new DatabaseSync(server.file, LOCK_WAIT);
  const wal = observer.prepare('PRAGMA wal_checkpoint(NOOP)');
  await expect
    .poll(() => Object(wal.get()).checkpointed, { interval: 5, timeout: 60_000 })
    .toBeGreaterThan(0);
  await server.end('SIGKILL');
  killed = true;
  await sending;
  const texts = observer.prepare('SELECT text FROM message').all();
  const stored = new Set(texts.map(({ text }) => text));
  expect(sent.size).toBeGreaterThan(0);
  expect(sent.difference(stored)).toEqual(new Set());
  expect(observer.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
});
