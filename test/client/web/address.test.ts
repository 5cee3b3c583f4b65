import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { browserForThisFile, type Visitor, visitorOn } from '../../support/browser.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';

const visit = browserForThisFile();

const hash = ({ page }: Visitor) => page.evaluate('location.hash');
const openedWith = ({ page }: Visitor, username: string) =>
  page.getByRole('heading', { name: username, exact: true }).waitFor();

test('each conversation has an address, and Back and Forward move between them', async () => {
  const { chat } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await expect.poll(() => hash(alice)).toBe('#/bob');
  await alice.open('carol');
  await expect.poll(() => hash(alice)).toBe('#/carol');
  await alice.page.goBack();
  await openedWith(alice, 'bob');
  await alice.page.goBack();
  await alice.page.getByRole('heading', { name: 'Welcome, alice' }).waitFor();
  await expect.poll(() => hash(alice)).toBe('');
  await alice.page.goForward();
  await alice.page.goForward();
  await openedWith(alice, 'carol');
  await alice.page.reload();
  await openedWith(alice, 'carol');
});

test('a link opens in a second tab, and an address can be typed', async () => {
  const { chat } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  // The page leaves such a click to the browser. Here the test takes it: Playwright sometimes never
  // sees a tab that a click opens.
  const click = alice.page.evaluate(
    () =>
      new Promise((resolve) => {
        window.addEventListener('click', (event) => {
          const { defaultPrevented, target } = event;
          event.preventDefault();
          resolve({ defaultPrevented, opens: (target as Element).closest('a')?.href });
        });
      }),
  );
  await alice.person('bob').click({ modifiers: ['ControlOrMeta'] });
  expect(await click).toEqual({ defaultPrevented: false, opens: `${chat.url}/#/bob` });
  expect(await alice.composer.count()).toBe(0);
  const second = visitorOn(await alice.page.context().newPage());
  await second.page.goto(`${chat.url}/#/bob`);
  await openedWith(second, 'bob');
  await second.page.goto(`${chat.url}/#/CAROL`);
  await openedWith(second, 'carol');
  await expect.poll(() => hash(second)).toBe('#/carol');
  await second.page.goBack();
  await openedWith(second, 'bob');
});

test('an address is remembered until the viewer has logged in, and a logout ends it', async () => {
  const { chat } = await newChat('bob');
  await chat.create('alice');
  const alice = await visit(`${chat.url}/#/bob`);
  await alice.login('alice');
  await openedWith(alice, 'bob');
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  await alice.page.getByRole('button', { name: 'Log out' }).click();
  await alice.page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
  await alice.page.getByRole('form', { name: 'Log in' }).waitFor();
  await expect.poll(() => hash(alice)).toBe('');
});

test('an address of nobody says so, and one of a deleted account opens what is kept', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'My last words');
  await alice.person('bob').waitFor();
  await alice.page.goto(`${chat.url}/#/nobody`);
  await alice.page.getByRole('heading', { name: 'No one is called nobody' }).waitFor();
  await alice.page.setViewportSize({ width: 390, height: 780 });
  await alice.screenshot('nobody');
  await alice.page.getByRole('button', { name: 'Show your conversations' }).click();
  await alice.person('bob').waitFor();
  await expect.poll(() => hash(alice)).toBe('');
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  await alice.page.goto(`${chat.url}/#/bob`);
  await alice.message('My last words').waitFor();
  await alice.page.getByText('This account was deleted.').waitFor();
});
