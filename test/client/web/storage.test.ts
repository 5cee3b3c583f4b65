import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

const LOST = 'If you reload the page, unsent messages are lost.';
/** As browsers do with cookies blocked. */
const BLOCKED = `
  Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); },
  });
  window.BroadcastChannel = class { constructor() { throw new DOMException('Denied.', 'SecurityError'); } };
`;
const FULL = `
  Storage.prototype.setItem = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
`;

test('a chat without browser storage works, and says that a reload loses messages', async () => {
  const { chat, bob } = await newChat('bob');
  await chat.create('alice');
  const alice = await visit(chat.url);
  await alice.page.addInitScript(BLOCKED);
  await alice.page.reload();
  await alice.login('alice');
  await alice.open('bob');
  await alice.page.getByText(LOST).waitFor();
  await alice.composer.fill('A draft');
  await alice.page.getByRole('button', { name: 'OK' }).click();
  await alice.composer.press('Enter');
  await alice.message('A draft', 'stored').waitFor();
  expect((await bob.read({ pendingCount: 1 }).shown(1)).map(({ text }) => text)).toEqual([
    'A draft',
  ]);
  expect(await alice.page.getByText(LOST).count()).toBe(0);
});

test('a full browser storage keeps the session and sends all the same', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.page.addInitScript(FULL);
  await alice.page.reload();
  await alice.open('bob');
  await alice.write('There is no room for this.');
  await alice.message('There is no room for this.', 'stored').waitFor();
  await alice.page.getByText(LOST).waitFor();
});

test('truncated and foreign entries in the browser storage are ignored', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.page.evaluate(() => {
    const { id } = JSON.parse(localStorage.getItem('parley:session') ?? '');
    const message = {
      clientMessageId: 'a',
      to: { id, username: 'bob' },
      text: 'Never written',
      writtenAt: '2026-11-24T10:00:00Z',
    };
    const put = (key: string, value: unknown) =>
      localStorage.setItem(`parley:${id}:outbox:${key}`, JSON.stringify(value));
    put('a', { ...message, writtenAt: 'yesterday' });
    put('b', message);
    localStorage.setItem(`parley:${id}:outbox:c`, JSON.stringify(message).slice(0, -10));
  });
  await alice.page.reload();
  await alice.open('bob');
  await alice.write('Written');
  await alice.message('Written', 'stored').waitFor();
  expect(await alice.page.locator('.linked-text').allTextContents()).toEqual(['Written']);
});
