import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChatWith } from '../../support/chat.ts';

const visit = browserForThisFile();
const DAY_MS = 24 * 60 * 60_000;

/** A chat at noon, so that midnight does not come by itself. */
async function chatAtNoon() {
  const now = new Date().setUTCHours(12, 0, 0, 0);
  return { now, ...(await newChatWith({ clock: () => now }, 'bob')) };
}

test('a page left open over midnight renames its days', async () => {
  const { now, chat, bob } = await chatAtNoon();
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'Good night');
  await alice.open('bob');
  const day = alice.page.locator('.timeline-day');
  const listed = alice.person('bob').locator('.person-time');
  await alice.page.clock.install({ time: now });
  await alice.page.reload();
  await expect.poll(() => day.textContent()).toBe('Today');
  await expect.poll(() => listed.textContent()).toBe('12:00');
  await alice.page.clock.fastForward(DAY_MS);
  await expect.poll(() => day.textContent()).toBe('Yesterday');
  await expect.poll(() => listed.textContent()).toBe('Yesterday');
});

test('a page that becomes visible on another day names the days at once', async () => {
  const { now, chat, bob } = await chatAtNoon();
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.page.clock.setFixedTime(now);
  await bob.send('alice', 'Good night');
  await alice.open('bob');
  const day = alice.page.locator('.timeline-day');
  await expect.poll(() => day.textContent()).toBe('Today');
  await alice.hide();
  // Changes the time and runs no timer, as after a sleep.
  await alice.page.clock.setFixedTime(now + DAY_MS);
  await alice.hide(false);
  await expect.poll(() => day.textContent()).toBe('Yesterday');
});
