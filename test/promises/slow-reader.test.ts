import { expect, test } from 'vitest';
import { chatServerAt, newChat, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { type Attempt, judge, NO_VIOLATIONS } from '../support/history.ts';
import { metricsOf, startServer } from '../support/process.ts';
import { openReader, type ResumingReader } from '../support/reader.ts';
import { TRANSPORTS, type Transport } from '../support/stream.ts';
import { openWire } from '../support/wire.ts';

/** 15 KB in fewer code points than a text may have. */
const LONG = '𠮷'.repeat(3_900);
const COUNT = 2_000;
const AT_A_TIME = 100;
const SLOW_READERS = 8;
const MEBIBYTE = 2 ** 20;
/** In MiB: no room for what is not read, and little for garbage that would look like it. */
const LITTLE_HEAP = '--max-old-space-size=160';

test('stalled readers cost little memory, delay no one and miss nothing', {
  timeout: 180_000,
}, async () => {
  const server = await startServer({
    DATABASE_URL: await newDatabase(),
    NODE_OPTIONS: LITTLE_HEAP,
  });
  const { url } = server;
  const { alice, bob, carol } = await newClients(chatServerAt(url), ['alice', 'bob', 'carol']);
  const readerBy = (transport: Transport) =>
    openReader({ transport, server: async () => url, token: bob.token, mailbox: 'bob' });
  const groups = await Promise.all(
    Object.values(TRANSPORTS).map((transport) =>
      Promise.all(Array.from({ length: SLOW_READERS }, () => readerBy(transport))),
    ),
  );
  const slow = groups.flat();
  const fast = await readerBy(TRANSPORTS.WebSocket);
  const carols = carol.read();

  const attempts: Attempt[] = [];
  const acknowledged: (Attempt & { id: string })[] = [];
  async function send(to: string, text: string): Promise<void> {
    const attempt = { from: 'alice', to, text };
    attempts.push(attempt);
    const outcome = await alice.send(to, text);
    if (!outcome.sent) throw new Error(outcome.reason);
    acknowledged.push({ ...attempt, id: outcome.message.id });
  }
  const sendMany = (after: number) =>
    Promise.all(
      Array.from({ length: AT_A_TIME }, (_, index) => send('bob', `${after + index} ${LONG}`)),
    );
  const residentBytes = async () => (await metricsOf(url))('process_resident_memory_bytes');

  // With everything warm and everybody reading, what grows from here on is what was not read.
  await sendMany(0);
  await Promise.all([...slow, fast].map((reader) => reader.reaches(AT_A_TIME)));
  const before = await residentBytes();
  let most = before;
  for (const reader of slow) reader.pause();
  for (let sent = AT_A_TIME; sent < COUNT; sent += AT_A_TIME) {
    await sendMany(sent);
    await fast.reaches(sent + AT_A_TIME);
    await send('carol', `after ${sent}`);
    await carols.shown(sent / AT_A_TIME);
    most = Math.max(most, await residentBytes());
  }
  const grown = most - before;
  const unread = groups.map((readers) =>
    readers.reduce((sum, { position }) => sum + (COUNT - position) * Buffer.byteLength(LONG), 0),
  );
  const inMebibytes = [...unread, grown].map((bytes) => Math.round(bytes / MEBIBYTE));
  console.log('MiB not read, by transport, and what the server takes more:', ...inMebibytes);

  // One of each kind reads on, which shows as much as if all did.
  const resuming = groups.map(([first]) => first as ResumingReader);
  for (const reader of resuming) reader.resume();
  await Promise.all(resuming.map((reader) => reader.reaches(COUNT)));
  const readers = [...resuming, fast, { mailbox: 'carol', after: 0, streams: [carols.messages] }];
  expect(judge({ attempts, acknowledged, readers })).toEqual(NO_VIOLATIONS);
  // Kept for the readers by one transport alone, it would be more than this.
  expect(grown).toBeLessThan(Math.min(...unread) / 2);
  expect(Math.min(...unread)).toBeGreaterThan(80 * MEBIBYTE);
});

test('a client that sends requests but reads no answers is cut off in a second', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (let sent = 0; sent < 100; sent += 1) await alice.send('bob', LONG);
  const wire = await openWire(chat.url, bob.token);
  wire.socket.pause();
  const asked = 30;
  for (let id = 1; id <= asked; id += 1) {
    wire.ask(String(id), '{ pendingMessages(first: 100) { edges { node { text } } } }');
  }
  await expect
    .poll(async () => (await metricsOf(chat.url))('parley_sockets'), { timeout: 20_000 })
    .toBe(2);
  wire.socket.resume();
  // Whether the code still gets through depends on how much the kernel has room for.
  expect([1006, 1013]).toContain(await wire.closed);
  const answers = wire.frames.filter(({ type }) => type === 'next').length;
  expect(answers).toBeGreaterThan(0);
  expect(answers).toBeLessThan(asked);
});
