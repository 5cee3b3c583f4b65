import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { MarkRead } from '../../../client/core/documents/conversation.ts';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';

const visit = browserForThisFile();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 320, height: 640 },
  // 1280 by 800 at 200 %.
  { width: 640, height: 400 },
  { width: 768, height: 900 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** Returns the violations that axe-core finds on the page. */
async function violations({ page }: Visitor): Promise<unknown> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return (
    found as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
  ).violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  ]);
}

/**
 * Lists the controls that cannot be scrolled into view completely, or that are covered by something
 * else.
 */
const OUT_OF_REACH = `
  [...(document.querySelector('dialog[open], :popover-open') ?? document).querySelectorAll('button, input, textarea, a')]
    .filter((each) => each.checkVisibility())
    .filter((each) => {
      each.scrollIntoView({ block: 'nearest' });
      const [{ left, top, right, bottom }] = each.getClientRects();
      const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return !each.contains(there) || Math.min(left, top, innerWidth - right, innerHeight - bottom) < -1;
    })
    .map((each) => each.outerHTML)
`;

/** Checks a state of the page in both themes and at every size. */
async function inspect(visitor: Visitor, name: string): Promise<void> {
  const { page, screenshot } = visitor;
  for (const size of SIZES) {
    await page.setViewportSize(size);
    // What shows on hover is shown for a message below the mouse, wherever that is.
    await page.mouse.move(0, 0);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const where = `${name}-${colorScheme}-${size.width}`;
      await screenshot(where);
      expect([where, await violations(visitor)]).toEqual([where, []]);
    }
    const where = `${name}-${size.width}`;
    expect([where, await page.evaluate('document.scrollingElement.scrollWidth')]).toEqual([
      where,
      size.width,
    ]);
    // After a change of size, the list of messages scrolls back to its end by itself.
    await expect.poll(() => page.evaluate(OUT_OF_REACH), { message: where }).toEqual([]);
  }
}

test('the sign-in screen is accessible in both themes, at every size and at 200 %', async () => {
  const { chat, bob } = await newChat('bob');
  const visitor = await visit(chat.url);
  const { page, submit } = visitor;
  await inspect(visitor, 'login');
  await visitor.login('nobody');
  await page.getByText('Wrong username or password.').waitFor();
  await inspect(visitor, 'refused');
  await visitor.login('bob');
  await page.getByText("You're already logged in somewhere else.").waitFor();
  await inspect(visitor, 'elsewhere');
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await inspect(visitor, 'create');
  await chat.create('alice');
  for (const text of ['Are you still there?', 'I shall send the rest tomorrow.\n\n'.repeat(9)])
    await bob.send('alice', text);
  await page.getByRole('button', { name: 'Delete an account' }).click();
  await inspect(visitor, 'delete-outside');
  await submit({ Username: 'alice', Password: PASSWORD }, 'Delete account');
  await page.getByText('Are you still there?').waitFor();
  await inspect(visitor, 'undelivered');
});

const DAY = 24 * 60 * 60_000;

test('the chat is accessible in both themes, at every size and at 200 %', async () => {
  let now = Date.now() - 2 * DAY;
  const { chat } = await newChatWith({ clock: () => now });
  const [bob, carol] = [await joinedLater('bob'), await joinedLater('carol')];
  await chat.create('a-name-of-thirty-two-characters.');
  const alice = await visit(chat.url, { as: 'alice' });
  async function joinedLater(username: string) {
    await chat.create(username);
    return chat.login(username);
  }
  await alice.person('carol').waitFor();
  await inspect(alice, 'empty');

  const { shown } = bob.read();
  const talk: [from: 'bob' | 'alice', text: string][] = [
    ['bob', 'Morning! Did the migration go through?'],
    ['alice', 'It did, a little after six.'],
    ['alice', 'Nothing was lost, and nobody noticed.\n```\n0 missing, 0 repeated\n```'],
    ['bob', 'Wonderful. I wrote it up here: https://example.org/notes/2026-11-24'],
    [
      'bob',
      'Could you look at the second half before the others wake up? There is one number that I do not trust.',
    ],
    ['bob', 'Use `npm ci`:\n```sh\nnpm ci && npm test\n```'],
    ['alice', 'On it.'],
  ];
  await alice.open('bob');
  for (const [index, [from, text]] of talk.entries()) {
    now = Date.now() - Math.max(0, 2 - index) * DAY;
    if (from === 'alice') await alice.write(text);
    else await bob.send('alice', text);
    await alice.message(text.split('\n')[0] ?? '').waitFor();
  }
  const [, second] = await shown(3);
  await bob.ask(MarkRead, { input: { with: 'alice', through: second?.id ?? '' } });
  await alice.message('Nothing was lost', 'read').waitFor();
  await alice.message('On it.', 'delivered').waitFor();
  for (const text of ['Lunch at one?', 'The usual place.']) await carol.send('alice', text);
  await alice.person('carol').locator('.person-badge').waitFor();
  await inspect(alice, 'conversation');

  const { page } = alice;
  for (const dialog of [
    'Blocked accounts',
    'Change password',
    'Log out',
    'Delete account',
    'Keyboard shortcuts',
  ]) {
    await page.getByRole('button', { name: 'Account alice' }).click();
    // On a narrow screen the menu is in the sidebar. A dialog that it opened stays.
    if (dialog === 'Log out') await inspect(alice, 'menu');
    await page.getByRole('button', { name: dialog }).click();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('dialog').waitFor();
    await inspect(alice, dialog.toLowerCase().replace(' ', '-'));
    await page.keyboard.press('Escape');
    if (dialog === 'Blocked accounts') await page.goBack();
  }
  await alice.open('bob');
  await page.getByRole('button', { name: 'Options for bob' }).click();
  await page.getByRole('button', { name: 'Block bob' }).waitFor();
  await inspect(alice, 'conversation-menu');
  await page.getByRole('button', { name: 'Block bob' }).click();
  await inspect(alice, 'block');
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByText('You blocked bob.').waitFor();
  await inspect(alice, 'blocked');
  await page.getByLabel('Search people').fill('zz');
  await page.getByText('Nothing found.').waitFor();
  await inspect(alice, 'search');
  await page.getByLabel('Search people').fill('not');
  await page.getByRole('list', { name: 'Messages' }).getByRole('link').first().waitFor();
  await inspect(alice, 'search-messages');
});

test('the error states are accessible in both themes, at every size and at 200 %', async () => {
  const { chat, bob } = await newChatWith({ limits: { maxPendingMessages: 1 } }, 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const alice = await visit(proxy.url, { as: 'alice' });
  await bob.send('alice', 'Are you there?');
  await alice.open('bob');
  await alice.write('I am, and this one fits.');
  await alice.message('this one fits', 'stored').waitFor();
  await alice.write('This one does not.');
  await alice.message('This one does not.', 'failed').waitFor();
  proxy.cut();
  await alice.page.getByText("You're offline.").waitFor();
  await alice.write('And this one waits for the connection.');
  await alice.message('waits for', 'sending').waitFor();
  await alice.composer.fill('A text that is not sent yet.\n'.repeat(200));
  await inspect(alice, 'offline');
  await alice.composer.fill('');
  proxy.restore();
  await alice.page.getByText('Connected').waitFor();
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  await alice.page.getByText('This account was deleted.').waitFor();
  await inspect(alice, 'gone');
});
