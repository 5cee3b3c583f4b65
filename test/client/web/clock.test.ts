import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();
const DAY_MS = 24 * 60 * 60_000;

test('a page left open over midnight renames its days', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'Good night');
  await alice.open('bob');
  const day = alice.page.locator('.timeline-day');
  const listed = alice.person('bob').locator('.person-time');
  await expect.poll(() => day.textContent()).toBe('Today');
  await expect.poll(() => listed.textContent()).toMatch(/^\d\d:\d\d$/);

  await alice.page.clock.install({ time: Date.now() });
  await alice.page.reload();
  await expect.poll(() => day.textContent()).toBe('Today');
  await alice.page.clock.fastForward(DAY_MS);
  await expect.poll(() => day.textContent()).toBe('Yesterday');
  await expect.poll(() => listed.textContent()).toBe('Yesterday');
});

test('a page that becomes visible on another day names the days at once', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'Good night');
  await alice.open('bob');
  const day = alice.page.locator('.timeline-day');
  await expect.poll(() => day.textContent()).toBe('Today');
  await alice.hide();
  // Changes the time and runs no timer, as after a sleep.
  await alice.page.clock.setFixedTime(Date.now() + DAY_MS);
  await alice.hide(false);
  expect(await day.textContent()).toBe('Yesterday');
});
