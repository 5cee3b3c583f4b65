import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { MarkRead } from '../../client/core/documents/conversation.ts';
import { SendMessage } from '../../client/core/documents/message.ts';
import { Viewer } from '../../client/core/documents/session.ts';
import { chatServerAt, newClients, PASSWORD } from '../support/chat.ts';
import { openInteractive } from '../support/cli.ts';
import { newDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { judge, NO_VIOLATIONS } from '../support/history.ts';
import { generateLoad } from '../support/load.ts';
import { startServer } from '../support/process.ts';
import { openReader } from '../support/reader.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';
import { KEYS } from '../support/terminal.ts';
import type { TestClient } from '../support/test-client.ts';

/** Moves a chat, as an operator does. */
const copy = (from: string, to: string) =>
  promisify(execFile)(process.execPath, [
    ...['server/admin/main.ts', 'copy'],
    ...['--from', from, '--to', to],
  ]);

/** Sends with an id of the client. Returns the message, whether it is new or was there. */
async function sendOnce(client: TestClient, to: string) {
  const input = { to, text: 'once', clientMessageId: 'the first and only' };
  const { sendMessage } = await client.ask(SendMessage, { input });
  if (sendMessage.__typename !== 'SendMessageSuccess') throw new Error(sendMessage.__typename);
  const { id, position, sentPosition, delivered, read } = sendMessage.sentMessage;
  return { id, position, sentPosition, delivered, read };
}

/** Logs in at a terminal, and opens a conversation. */
async function openTerminal(url: string, username: string, counterpart: string) {
  const terminal = await openInteractive({ url });
  terminal.type(`login ${username} ${PASSWORD}${KEYS.enter}`);
  await terminal.shows(`Welcome, ${username}.`);
  terminal.type(`with ${counterpart}${KEYS.enter}`);
  await terminal.shows(`Talking to ${counterpart}`);
  return terminal;
}

test('a move to PostgreSQL loses nothing for clients that wait meanwhile', async () => {
  const random = seededRandom();
  const file = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL: file });
  const { url } = server;
  const chat = chatServerAt(url);
  const { ann, ben, eve, zoe } = await newClients(chat, ['ann', 'ben', 'eve', 'zoe']);
  const writers = await newClients(chat, ['sue', 'sam', 'sid', 'sol']);
  for (const name of ['tom', 'tia']) await chat.create(name);

  // Ann's client is ours and acknowledges, Ben's is a plain one, and Eve's is closed.
  const reading = ann.read();
  eve.close();
  const up = Promise.withResolvers<string>();
  let address = Promise.resolve(url);
  const readerOf = (transport: typeof overWebSocket, { username, token }: TestClient) =>
    openReader({ transport, server: () => address, token, mailbox: username });
  const bens = await readerOf(overWebSocket, ben);
  const [tom, tia] = [await openTerminal(url, 'tom', 'tia'), await openTerminal(url, 'tia', 'tom')];
  const sent = await sendOnce(writers.sue, 'zoe');
  const { markRead } = await zoe.ask(MarkRead, { input: { with: 'sue', through: sent.id } });
  expect(markRead.__typename).toBe('MarkReadSuccess');

  const load = generateLoad(Object.values(writers), ['ann', 'ben', 'eve'], random);
  await load.waitForMore(200);
  address = up.promise;
  // Not SIGTERM: some messages are stored, and their senders do not know it.
  await server.end('SIGKILL');
  for (const terminal of [tom, tia]) await terminal.shows('Connection lost.');
  tom.type(`Where are we going?${KEYS.enter}`);
  await tom.shows('you: Where are we going?');
  const to = await newDatabase();
  await copy(file, to);
  await startServer({ DATABASE_URL: to, PORT: new URL(url).port });
  up.resolve(url);

  await tia.shows('tom: Where are we going?');
  tia.type(`To PostgreSQL.${KEYS.enter}`);
  await tom.shows('tia: To PostgreSQL.');
  await load.waitForMore(200);
  await load.stop();
  expect(await sendOnce(writers.sue, 'zoe')).toEqual({ ...sent, read: true });
  const eves = await readerOf(overEvents, eve);
  await reading.shown(load.countFor('ann'));
  for (const reader of [bens, eves]) await reader.reaches(load.countFor(reader.mailbox));
  const anns = { mailbox: 'ann', after: 0, streams: [reading.messages] };
  expect({ seed: random.seed, ...judge({ ...load, readers: [anns, bens, eves] }) }).toEqual({
    seed: random.seed,
    ...NO_VIOLATIONS,
  });
  expect(bens.streams.length).toBeGreaterThan(1);
  const { mailbox } = await (await chat.login('eve')).ask(Viewer, {});
  expect(mailbox).toMatchObject({ deliveredThrough: 0, pendingCount: load.countFor('eve') });
  console.log(`${load.acknowledged.length} messages acknowledged, before and after a move`);
});
