import { expect, test } from 'vitest';
import { Unread } from '../../../client/core/documents/conversation.ts';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { numbered, storeMessages } from '../../support/stored-messages.ts';

const visit = browserForThisFile();
const DAY_MS = 24 * 60 * 60_000;

/** The first message in view, and its distance from the top of the view. */
async function placeOf({ page }: Visitor): Promise<{ text: string; top: number }> {
  return page.locator('.timeline-scroll').evaluate((view) => {
    const { top } = view.getBoundingClientRect();
    const first = [...view.querySelectorAll('.message')].find(
      (each) => each.getBoundingClientRect().bottom > top,
    );
    const text = first?.querySelector('.linked-text')?.textContent ?? '';
    return { text, top: Math.round((first?.getBoundingClientRect().top ?? 0) - top) };
  });
}

/** The browser rounds each scroll to whole pixels. */
async function expectPlace(visitor: Visitor, { text, top }: { text: string; top: number }) {
  const place = await placeOf(visitor);
  expect(place.text).toBe(text);
  expect(Math.abs(place.top - top)).toBeLessThanOrEqual(1);
}

/** Scrolls by some pixels, and waits until the list has measured what came into view. */
async function scrollBy({ page, settled }: Visitor, distance: number): Promise<void> {
  await page.locator('.timeline-scroll').evaluate(async (view, by) => {
    view.scrollTop += by;
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  }, distance);
  await settled();
}

const toNewest = ({ page }: Visitor) => page.getByRole('button', { name: /newest message|new$/ });
const divider = ({ page }: Visitor) => page.getByText('New messages', { exact: true });

test('a conversation opens at its first unread message, and what is seen is read', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await storeMessages(chat, bob, 'alice', numbered(40));
  await alice.open('bob');
  await alice.message('number 0.').waitFor();
  await toNewest(alice).click();
  await alice.message('number 39.').waitFor();
  await expect.poll(() => alice.page.title()).toBe('Parley');
  await alice.page.goto('about:blank');

  await storeMessages(chat, bob, 'alice', numbered(300, 40));
  await alice.page.goto(chat.url);
  await alice.open('bob');
  await alice.settled();
  await divider(alice).waitFor();
  expect(await alice.messages.filter({ has: divider(alice) }).textContent()).toContain(
    'number 40.',
  );
  expect((await placeOf(alice)).text).toMatch(/^number 3\d\.$/);
  const unread = async () => Number(/\d+/.exec((await toNewest(alice).textContent()) ?? '')?.[0]);
  await expect.poll(unread).toBeLessThan(300);
  const afterOpening = await unread();
  expect(afterOpening).toBeGreaterThan(270);
  await expect
    .poll(async () => (await alice.page.title()) === `(${await unread()}) Parley`)
    .toBe(true);
  await alice.screenshot('new-messages');
  // A reload shows what the server knows.
  await alice.page.reload();
  await expect.poll(unread).toBeLessThanOrEqual(afterOpening);
  await alice.settled();
  const afterReload = await unread();
  await scrollBy(alice, 400);
  await expect.poll(unread).toBeLessThan(afterReload);

  await bob.send('alice', 'the newest');
  await toNewest(alice).click();
  await alice.message('the newest').waitFor();
  await expect.poll(() => alice.page.title()).toBe('Parley');
});

test('messages that arrive in a hidden tab are read once they are seen', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await storeMessages(chat, bob, 'alice', numbered(5));
  await alice.open('bob');
  await expect.poll(() => alice.page.title()).toBe('Parley');
  expect(await alice.page.getByText('number 4.').count()).toBeGreaterThan(0);
  await alice.hide();
  await storeMessages(chat, bob, 'alice', numbered(60, 5));
  await expect.poll(() => alice.page.title()).toBe('(60) Parley');
  await alice.hide(false);
  await divider(alice).waitFor();
  expect(await alice.messages.filter({ has: divider(alice) }).textContent()).toContain('number 5.');
  await expect.poll(() => alice.page.title()).not.toBe('(60) Parley');
  expect(await toNewest(alice).textContent()).toMatch(/^\d\d new$/);
  await toNewest(alice).click();
  await expect.poll(() => alice.page.title()).toBe('Parley');
  const { conversation } = await (await chat.login('alice')).ask(Unread, { with: 'bob' });
  expect(conversation?.unreadCount).toBe(0);
});

test('a conversation opens where the viewer left it', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  await carol.send('alice', 'hello');
  await storeMessages(
    chat,
    bob,
    'alice',
    numbered(250).map((text, index) => `${text} ${'and more '.repeat((index * 7) % 60)}`),
  );
  await alice.open('bob');
  await alice.settled();
  await toNewest(alice).click();
  await expect.poll(() => alice.page.title()).toBe('(1) Parley');
  for (let step = 0; step < 6; step += 1) await scrollBy(alice, -777);
  const left = await placeOf(alice);
  expect(left.text).toMatch(/^number 2\d\d\./);

  await alice.open('carol');
  await alice.message('hello').waitFor();
  await alice.open('bob');
  await alice.settled();
  await expectPlace(alice, left);

  await alice.open('carol');
  await storeMessages(chat, bob, 'alice', numbered(20, 250));
  await expect.poll(() => alice.page.title()).toBe('(20) Parley');
  await alice.open('bob');
  await alice.settled();
  await expectPlace(alice, left);
  await alice.page.getByRole('button', { name: '20 new' }).waitFor();
});

test('a lost connection keeps the place, however much was missed', async () => {
  const { chat, bob } = await newChat('bob');
  const proxy = await newFlakyProxy(chat.url);
  const alice = await visit(proxy.url, { as: 'alice' });
  await storeMessages(chat, bob, 'alice', numbered(80));
  await alice.open('bob');
  await alice.settled();
  await toNewest(alice).click();
  await expect.poll(() => alice.page.title()).toBe('Parley');
  await scrollBy(alice, -900);
  const left = await placeOf(alice);
  proxy.cut();
  await alice.page.getByText("You're offline.").waitFor();
  await storeMessages(chat, bob, 'alice', numbered(350, 80));
  proxy.restore();
  await expect.poll(() => alice.page.title()).toBe('(350) Parley');
  await alice.page.getByText('Connected').waitFor();
  await expectPlace(alice, left);
  await toNewest(alice).click();
  await alice.message('number 429.').waitFor();
});

test('scrolling shows the day at the top of the view', async () => {
  let now = Date.now() - DAY_MS;
  const { chat } = await newChatWith({ clock: () => now });
  await chat.create('bob');
  const bob = await chat.login('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await storeMessages(chat, bob, 'alice', numbered(60));
  now += DAY_MS;
  // Otherwise midnight may come in between.
  await alice.page.clock.setFixedTime(now);
  await storeMessages(chat, await chat.login('bob'), 'alice', numbered(60, 60));
  await alice.open('bob');
  await alice.settled();
  const day = alice.page.locator('.timeline-passing-day');
  await alice.page.locator('.timeline-scroll').hover();
  await alice.page.mouse.wheel(0, 300);
  await alice.page.locator('.timeline-passing-day[data-shown="true"]').waitFor();
  expect(await day.textContent()).toBe('Yesterday');
  await alice.screenshot('passing-day');
  await alice.page
    .locator('.timeline-passing-day[data-shown="false"]')
    .waitFor({ state: 'attached' });
  await alice.page.mouse.wheel(0, 2_500);
  await expect.poll(() => day.textContent()).toBe('Today');
});
