import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { MarkRead } from '../../../client/core/documents/conversation.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';

const visit = browserForThisFile();

const styleOf = (locator: Locator, property: string, pseudo = '') =>
  locator.evaluate(
    (element, [name, part]) => getComputedStyle(element, part || null).getPropertyValue(name),
    [property, pseudo] as const,
  );

async function edgesOf(locator: Locator): Promise<{ left: number; right: number }> {
  const { x, width } = (await locator.boundingBox()) ?? { x: 0, width: 0 };
  return { left: Math.round(x), right: Math.round(x + width) };
}

/** Where the controls and the messages are, to see whether something has moved them. */
const places = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, textarea, .message-bubble')]
      .filter((each) => !each.closest('.connection'))
      .map((each) => {
        const { x, y } = each.getBoundingClientRect();
        return [each.className, Math.round(x), Math.round(y)];
      }),
  );

test('a group of messages shows its time and stage once, and on hover each its own', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  const texts = ['one', 'two', 'three', 'four'];
  for (const text of texts) await alice.write(text);
  await alice.message('four', 'stored').waitFor();
  const shown = () =>
    Promise.all(
      texts.map((text) => styleOf(alice.message(text).locator('.message-meta'), 'opacity')),
    );
  await expect.poll(shown).toEqual(['0', '0', '0', '1']);
  await alice.message('two').hover();
  await expect.poll(shown).toEqual(['0', '1', '0', '1']);
  await alice.message('three').locator('.message-bubble').click();
  await expect.poll(shown).toEqual(['0', '0', '1', '1']);

  const [, second] = await bob.read().shown(4);
  await alice.message('four', 'delivered').waitFor();
  await bob.ask(MarkRead, { input: { with: 'alice', through: second?.id ?? '' } });
  await alice.message('two', 'read').waitFor();
  await alice.composer.click();
  await expect.poll(shown).toEqual(['0', '1', '0', '1']);
  const shapeOf = (text: string) =>
    alice.message(text).locator('.message-stage path').getAttribute('d');
  expect(await shapeOf('two')).not.toBe(await shapeOf('four'));
});

test('the composer has a ring only after Tab has led to it', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  const ring = () => styleOf(alice.composer, 'outline-style');
  const isFocused = () =>
    alice.composer.evaluate((field) => field === field.ownerDocument.activeElement);
  await expect.poll(isFocused).toBe(true);
  expect(await ring()).toBe('none');
  await alice.page.keyboard.press('Shift+Tab');
  await alice.page.keyboard.press('Tab');
  expect([await isFocused(), await ring()]).toEqual([true, 'solid']);
  await alice.page.keyboard.type('H');
  expect(await ring()).toBe('none');
});

test('on a wide screen, the header, the messages and the button share their edges', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, {
    as: 'alice',
    viewport: { width: 1920, height: 1080 },
  });
  await bob.send('alice', 'On the left');
  await alice.open('bob');
  await alice.write('On the right');
  await alice.message('On the right', 'stored').waitFor();
  const { page } = alice;
  const header = await edgesOf(page.locator('.conversation-header .avatar'));
  const received = await edgesOf(alice.message('On the left').locator('.message-bubble'));
  const sent = await edgesOf(alice.message('On the right').locator('.message-bubble'));
  const composer = await edgesOf(alice.composer);
  const button = await edgesOf(page.getByRole('button', { name: 'Send' }));
  expect([header.left, received.left]).toEqual([composer.left, composer.left]);
  expect(sent.right).toBe(button.right);
});

test('going offline and coming back moves nothing on the page', async () => {
  const { chat, bob } = await newChat('bob');
  const proxy = await newFlakyProxy(chat.url);
  const alice = await visit(proxy.url, { as: 'alice' });
  await bob.send('alice', 'Still there?');
  await alice.open('bob');
  await alice.message('Still there?').waitFor();
  await alice.page.getByText('Connected').waitFor();
  const before = await places(alice.page);
  proxy.cut();
  await alice.page.getByText("You're offline.").waitFor();
  expect(await places(alice.page)).toEqual(before);
  proxy.restore();
  await alice.page.getByText('Connected').waitFor();
  expect(await places(alice.page)).toEqual(before);
});

test('a refusal and a change of form move nothing on the sign-in screen', async () => {
  const { chat } = await newChat();
  const { page, login } = await visit(chat.url);
  const before = await places(page);
  await login('nobody');
  await page.getByText('Wrong username or password.').waitFor();
  expect(await places(page)).toEqual(before);
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await page.getByText('At least 8 characters.').waitFor();
  expect(await places(page)).toEqual(before);
});

test('forced colours keep the online dot, the chosen person and the unread count', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice', forcedColors: 'active' });
  await carol.send('alice', 'Lunch?');
  await bob.send('alice', 'Are you there?');
  await alice.open('bob');
  await alice.person('carol').locator('.person-badge').waitFor();
  const background = (locator: Locator, pseudo = '') =>
    styleOf(locator, 'background-color', pseudo);
  const plain = await background(alice.person('carol'));
  await expect
    .poll(() => background(alice.person('bob').locator('.avatar'), '::after'))
    .not.toBe(plain);
  expect(await background(alice.person('bob'))).not.toBe(plain);
  expect(await background(alice.person('carol').locator('.person-badge'))).not.toBe(plain);
  await alice.screenshot('forced-colours');
});

test('a viewer without conversations is welcomed', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.page.getByRole('heading', { name: 'Welcome, alice' }).waitFor();
  await bob.send('alice', 'Hello!');
  await alice.page.getByRole('heading', { name: 'Pick a conversation' }).waitFor();
});
