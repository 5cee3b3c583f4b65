import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Viewer } from '../../../client/core/documents/session.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { chatServerAt, newChat, newChatWith, newClients } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startServer } from '../../support/process.ts';

const visit = browserForThisFile();

test('a killed server loses no message, not even those written while it is away', async () => {
  const DATABASE_URL = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL });
  const { bob } = await newClients(chatServerAt(server.url), ['bob']);
  const alice = await visit(server.url, { as: 'alice' });
  await alice.open('bob');
  await alice.write('before');
  await alice.message('before', 'stored').waitFor();
  await server.end('SIGKILL');
  await alice.page.getByText("You're offline. Messages will be sent").waitFor();
  await alice.page.getByText(/Retrying in \d+ s/).waitFor();
  await alice.write('meanwhile');
  await alice.message('meanwhile', 'sending').waitFor();
  await alice.screenshot('offline');

  const PORT = new URL(server.url).port;
  const second = await startServer({ DATABASE_URL, PORT });
  await bob.read({ pendingCount: 2 }).shown(2);
  await bob.send('alice', 'here again');
  await alice.page.getByText('Connected').waitFor({ timeout: 30_000 });
  await alice.message('here again').waitFor();
  await alice.message('meanwhile', 'delivered').waitFor();

  await second.end('SIGKILL');
  await alice.page.getByText("You're offline. Messages will be sent").waitFor();
  await alice.write('before the tab dies');
  // The page comes from the server too, so it can be loaded only once the server is back.
  await alice.page.goto('about:blank');
  await startServer({ DATABASE_URL, PORT });
  await alice.page.goto(server.url);
  await alice.open('bob');
  await alice.message('before the tab dies', 'delivered').waitFor();
  expect(await alice.page.locator('.linked-text').allTextContents()).toEqual([
    'before',
    'meanwhile',
    'here again',
    'before the tab dies',
  ]);
});

test('a send whose response is lost in a reload is stored once', async () => {
  const { chat, bob } = await newChatWith({}, 'bob');
  const { shown } = bob.read();
  const proxy = await newFlakyProxy(chat.url);
  const alice = await visit(proxy.url, { as: 'alice' });
  await alice.open('bob');
  await alice.page.getByText('Connected').waitFor();
  proxy.dropResponses();
  await alice.write('once');
  await shown(1);
  await alice.message('once', 'sending').waitFor();
  proxy.cut();
  proxy.restore();
  await alice.page.reload();
  await alice.message('once', 'delivered').waitFor();
  await alice.write('twice');
  expect((await shown(2)).map(({ text }) => text)).toEqual(['once', 'twice']);
});

test('a message over the request limit says why, and can be discarded', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  // As left by a page that did not know the limit yet.
  const to = (await bob.ask(Viewer, {})).viewer;
  const left = {
    clientMessageId: 'large',
    to,
    text: '😀'.repeat(17_000),
    writtenAt: new Date().toISOString(),
  };
  await alice.page.evaluate((message) => {
    const { id } = JSON.parse(localStorage.getItem('parley:session') ?? '');
    localStorage.setItem(`parley:${id}:outbox:large`, JSON.stringify(message));
  }, left);
  const failed = () => alice.page.getByText('13,000 characters over the limit of 4,000').waitFor();
  await alice.page.reload();
  await alice.open('bob');
  await failed();
  await alice.page.reload();
  await failed();
  await alice.write('after');
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['after']);
  await alice.page.getByRole('button', { name: 'Discard' }).click();
  await alice.page.reload();
  await alice.message('after', 'delivered').waitFor();
  expect(await alice.messages.count()).toBe(1);
});

test('a refused message says why, and is sent again on a click', async () => {
  const { chat, bob } = await newChatWith({ limits: { maxPendingMessages: 1 } }, 'bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.write('fits');
  await alice.message('fits', 'stored').waitFor();
  await alice.write('too much');
  await alice.message('too much', 'failed').waitFor();
  await alice.page
    .getByText("bob's mailbox is full. Your message can be sent once bob has read some.")
    .waitFor();
  await alice.screenshot('failed');
  await alice.page.reload();
  await alice.message('too much', 'failed').waitFor();
  const { inbox, shown } = bob.read({ pendingCount: 1 });
  await shown(1);
  await inbox.settled();
  await alice.page.getByRole('button', { name: 'Send again' }).click();
  await alice.message('too much', 'delivered').waitFor();
  expect(await alice.messages.count()).toBe(2);
});

test('a broken session in the browser storage is ignored', async () => {
  const { chat } = await newChat();
  const { page } = await visit(chat.url, { as: 'alice' });
  for (const broken of ['{', 'null', '[]', '{"id":"1","username":"alice"}']) {
    await page.getByText('Connected').waitFor();
    const session = await page.evaluate((value) => {
      const valid = localStorage.getItem('parley:session');
      localStorage.setItem('parley:session', value);
      return valid;
    }, broken);
    await page.reload();
    await page.getByRole('form', { name: 'Log in' }).waitFor();
    await page.evaluate((value) => localStorage.setItem('parley:session', value ?? ''), session);
    await page.reload();
  }
});

test('a broken message in the browser storage is ignored', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.page.evaluate(() => {
    const { id } = JSON.parse(localStorage.getItem('parley:session') ?? '');
    for (const [index, broken] of ['{', 'null', '{"text":"half"}'].entries())
      localStorage.setItem(`parley:${id}:outbox:${index}`, broken);
  });
  await alice.page.reload();
  await alice.write('still works');
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['still works']);
  expect(await alice.messages.count()).toBe(1);
});
