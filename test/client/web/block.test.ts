import { expect, test } from 'vitest';
import { BlockAccount, UnblockAccount } from '../../../client/core/documents/block.ts';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

async function choose({ page }: Visitor, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'Options for bob' }).click();
  await page.locator('#conversation-menu').getByRole('button', { name: entry }).click();
}

async function openBlockedAccounts({ page }: Visitor) {
  await page.getByRole('button', { name: 'Account alice' }).click();
  await page.getByRole('button', { name: 'Blocked accounts' }).click();
  return page.getByRole('dialog', { name: 'Blocked accounts' });
}

test('an account is blocked after a confirmation, and unblocked in the conversation', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  const { page } = alice;
  await bob.send('alice', 'Before');
  await alice.open('bob');
  await choose(alice, 'Block bob');
  const dialog = page.getByRole('dialog', { name: 'Block bob?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  const focused = () => page.evaluate('document.activeElement.ariaLabel');
  await expect.poll(focused).toBe('Options for bob');
  expect(await bob.send('alice', 'Still fine')).toMatchObject({ sent: true });

  await choose(alice, 'Block bob');
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByText('You blocked bob.').waitFor();
  expect(await alice.composer.count()).toBe(0);
  await expect.poll(focused).toBe('Options for bob');
  expect(await bob.send('alice', 'Refused')).toMatchObject({ code: 'RecipientBlockedError' });
  await alice.message('Before').waitFor();

  await page.reload();
  await page.getByText('You blocked bob.').waitFor();
  await page.getByRole('button', { name: 'Unblock', exact: true }).click();
  await alice.composer.waitFor();
  expect(await bob.send('alice', 'Back again')).toMatchObject({ sent: true });
  await alice.message('Back again').waitFor();
});

test('a block from another session is seen when the conversation is opened', async () => {
  const { chat, bob } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  const other = await chat.login('alice');
  await bob.send('alice', 'Hello');
  await alice.open('carol');
  await other.ask(BlockAccount, { input: { account: 'bob' } });
  await alice.person('bob').click();
  await alice.page.getByText('You blocked bob.').waitFor();
  await choose(alice, 'Unblock bob');
  await alice.composer.waitFor();
  expect(await bob.send('alice', 'Thanks')).toMatchObject({ sent: true });
});

test('the account menu lists the blocked accounts, and unblocks them', async () => {
  const { chat, bob } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  const other = await chat.login('alice');
  const list = await openBlockedAccounts(alice);
  await list.getByText('You block no one.').waitFor();
  await alice.page.keyboard.press('Escape');
  for (const account of ['bob', 'carol']) await other.ask(BlockAccount, { input: { account } });

  await openBlockedAccounts(alice);
  await list.getByText('carol').waitFor();
  expect(await list.getByRole('listitem').allTextContents()).toEqual([
    'carolUnblock',
    'bobUnblock',
  ]);
  await alice.screenshot('blocked-list');
  await list.getByRole('button', { name: 'Unblock bob' }).click();
  await list.getByRole('button', { name: 'Block bob', exact: true }).waitFor();
  expect(await bob.send('alice', 'Hello')).toMatchObject({ sent: true });
  await list.getByRole('button', { name: 'Block bob', exact: true }).click();
  await list.getByRole('button', { name: 'Unblock bob' }).waitFor();
  expect(await bob.send('alice', 'Hm')).toMatchObject({ code: 'RecipientBlockedError' });
});

test('a message to someone who blocks the viewer says so, and cannot be sent again', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.ask(BlockAccount, { input: { account: 'alice' } });
  await alice.open('bob');
  await alice.write('Are you there?');
  const refused = alice.message('Are you there?', 'failed');
  await refused.getByText('bob has blocked you. Nothing was sent.').waitFor();
  expect(await refused.getByRole('button', { name: 'Send again' }).count()).toBe(0);
  await refused.getByRole('button', { name: 'Discard' }).click();
  await refused.waitFor({ state: 'detached' });
  await bob.ask(UnblockAccount, { input: { account: 'alice' } });
  await alice.write('And now?');
  await alice.message('And now?', 'stored').waitFor();
});

test('the longest username fits into the header, the menu and the dialog of a phone', async () => {
  const { chat } = await newChat();
  const name = 'w'.repeat(32);
  await chat.create(name);
  const alice = await visit(chat.url, { as: 'alice', viewport: { width: 320, height: 640 } });
  const { page } = alice;
  const overflowing = () =>
    page.evaluate(`
      [...document.querySelectorAll('.conversation-header, .menu:popover-open, .dialog, .closed')]
        .filter((each) => each.scrollWidth > each.clientWidth || each.getBoundingClientRect().left < 0)
        .map((each) => each.className)
    `);
  await alice.open(name);
  await page.getByRole('button', { name: `Options for ${name}` }).click();
  const entry = page.getByRole('button', { name: `Block ${name}` });
  await entry.waitFor();
  expect(await overflowing()).toEqual([]);
  await alice.screenshot('block-long-menu');
  await entry.click();
  await page.getByRole('dialog').waitFor();
  expect(await overflowing()).toEqual([]);
  await alice.screenshot('block-long-dialog');
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByText(`You blocked ${name}.`).waitFor();
  expect(await overflowing()).toEqual([]);
  await alice.screenshot('block-long');
});
