import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { MarkRead } from '../../../client/core/documents.ts';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';

const visit = browserForThisFile();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 320, height: 640 },
  { width: 768, height: 900 },
  { width: 1280, height: 800 },
];

/** What axe-core finds wrong with the page as it is now. */
async function violations({ page }: Visitor): Promise<unknown> {
  await page.evaluate(AXE);
  const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return (found as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }).violations.map(
    ({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)],
  );
}

/** Looks at a state of the page in both themes and at three sizes. */
async function inspect(visitor: Visitor, name: string, sizes = SIZES): Promise<void> {
  const { page, screenshot } = visitor;
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      const where = `${name}-${colorScheme}-${size.width}`;
      await screenshot(where);
      expect([where, await violations(visitor)]).toEqual([where, []]);
      expect([where, await page.evaluate('document.scrollingElement.scrollWidth')]).toEqual([where, size.width]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('axe-core finds nothing wrong outside, with and without an error', async () => {
  const { chat } = await newChat();
  const visitor = await visit(chat.url);
  await inspect(visitor, 'login');
  await visitor.login('nobody');
  await visitor.page.getByText('no account with this username').waitFor();
  await inspect(visitor, 'refused', SIZES.slice(0, 1));
});

test('axe-core finds nothing wrong inside, in both themes and at every size', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol', 'dave.miller');
  const alice = await visit(chat.url, { as: 'alice' });
  const talk: [from: 'bob' | 'alice', text: string][] = [
    ['bob', 'Morning! Did the migration go through?'],
    ['alice', 'It did, a little after six.'],
    ['alice', 'Nothing was lost, and nobody noticed.'],
    ['bob', 'Wonderful. I wrote it up here: https://example.org/notes/2026-11-24'],
    [
      'bob',
      'Could you have a look at the second half before the others wake up? There is one number that I do not trust.',
    ],
    ['alice', 'On it.'],
  ];
  await alice.open('bob');
  const { shown } = bob.read();
  for (const [from, text] of talk) {
    if (from === 'alice') await alice.write(text);
    else await bob.send('alice', text);
    await alice.message(text).waitFor();
  }
  const [, second] = await shown(3);
  await bob.ask(MarkRead, { input: { with: 'alice', through: second?.id ?? '' } });
  await alice.message('Nothing was lost', 'read').waitFor();
  await alice.message('On it.', 'delivered').waitFor();
  await carol.send('alice', 'Lunch at one?');
  await carol.send('alice', 'The usual place.');
  await alice.person('carol').getByText('2 unread').or(alice.person('carol').locator('.badge')).first().waitFor();
  await inspect(alice, 'conversation');
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  await inspect(alice, 'menu', SIZES.slice(2));
  await alice.page.getByRole('button', { name: 'Change password' }).click();
  await inspect(alice, 'dialog', SIZES.slice(2));
  await alice.page.keyboard.press('Escape');
  await alice.page.setViewportSize({ width: 320, height: 640 });
  await alice.page.getByRole('button', { name: 'Back to the people' }).click();
  await inspect(alice, 'people');
});

test('everything can be done with the keyboard alone', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url);
  const { keyboard } = alice.page;
  const focused = () =>
    alice.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
  /** Goes on until the focus is there, as somebody does who sees where it is. */
  async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
    for (let steps = 0; steps < 20; steps += 1) {
      if (name.test(String(await focused()))) return;
      await keyboard.press(key);
    }
    throw new Error(`The focus never comes to ${name}.`);
  }
  await tabTo(/^Create account$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await expect.poll(() => alice.page.evaluate('document.activeElement.name')).toBe('username');
  await keyboard.type('alice');
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await alice.person('bob').waitFor();
  await tabTo(/^Search people$/);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('Message to bob');
  await keyboard.type('No mouse here');
  await keyboard.press('Enter');
  await alice.message('No mouse here', 'stored').waitFor();
  await bob.send('alice', 'I can tell');
  await alice.message('I can tell').waitFor();
  await tabTo(/^Messages with bob$/, 'Shift+Tab');
  await tabTo(/Account alice$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await tabTo(/^Log out$/);
  await keyboard.press('Enter');
  await alice.page.getByRole('dialog', { name: 'Log out' }).waitFor();
  await keyboard.press('Escape');
  await alice.page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(/Account alice$/, 'Shift+Tab');
});

test('on a phone one thing is shown at a time, and Back leads to the people', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, {
    as: 'alice',
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  });
  await bob.send('alice', 'Where are you?');
  await alice.person('bob').tap();
  await alice.message('Where are you?').waitFor();
  expect(await alice.page.getByRole('navigation', { name: 'People' }).isVisible()).toBe(false);
  await alice.write('On the train');
  await alice.message('On the train', 'stored').waitFor();
  await alice.screenshot('phone');
  await alice.page.goBack();
  await alice.person('bob').waitFor();
  expect(await alice.composer.count()).toBe(0);
  await alice.person('bob').click();
  await alice.page.getByRole('button', { name: 'Back to the people' }).click();
  await expect.poll(() => alice.page.evaluate('document.activeElement.textContent')).toContain('bob');
});
