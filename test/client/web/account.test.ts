import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { overHttpAs } from '../../../client/core/connection.ts';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { Login, Logout, Viewer } from '../../../client/core/documents/session.ts';
import { administration } from '../../../server/domain/administration.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const visit = browserForThisFile();

test('sign-up logs in, and so does a login after a logout', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url);
  await alice.create('Alice');
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  await alice.page.getByRole('button', { name: 'Log out' }).click();
  await alice.submit({}, 'Log out');
  await alice.login('alice');
  await alice.page.getByRole('button', { name: 'Account alice' }).waitFor();
});

test('a refusal is shown beside its field in the words of the API', async () => {
  const { chat } = await newChat('alice');
  const { page, submit, login } = await visit(chat.url);
  const refusalOf = (label: string) =>
    page
      .locator('.field')
      .filter({ has: page.getByLabel(label, { exact: true }) })
      .getByRole('alert');
  await login('alice', 'wrong password');
  await expect
    .poll(() => refusalOf('Password').textContent())
    .toContain('Wrong username or password.');
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Create account');
  await expect
    .poll(() => refusalOf('Username').textContent())
    .toBe('This username is taken. Choose another.');
  await expect.poll(() => page.getByLabel('Username').getAttribute('aria-invalid')).toBe('true');
  await submit({ Username: 'bob', Password: 'short' }, 'Create account');
  await expect
    .poll(() => refusalOf('Password').textContent())
    .toBe('The password must have at least 8 characters.');
  await expect
    .poll(() =>
      page.getByLabel('Password', { exact: true }).evaluate('document.activeElement.name'),
    )
    .toBe('password');
});

test('a login while online elsewhere keeps or ends the other session', async () => {
  const { chat } = await newChat();
  const first = await visit(chat.url, { as: 'alice' });
  const [second, third] = [await visit(chat.url), await visit(chat.url)];
  await first.page.getByText('Connected').waitFor();
  await second.login('alice');
  await second.page.getByText("You're already logged in somewhere else.").waitFor();
  await second.screenshot('elsewhere');
  await second.page.getByRole('button', { name: 'Stay logged in there' }).click();
  await second.page.getByRole('button', { name: 'Account alice' }).waitFor();
  await third.login('alice');
  await third.page.getByRole('button', { name: 'Log out there' }).click();
  await third.page.getByRole('button', { name: 'Account alice' }).waitFor();
  for (const { page } of [first, second]) await page.getByText('Your session has ended.').waitFor();
});

test('an ended session says so, and asks only for the password', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url, { as: 'alice' });
  const { page } = alice;
  await page.getByText('Connected').waitFor();
  const credentials = { username: 'alice', password: PASSWORD };
  await chat.anonymous.ask(Login, { input: { ...credentials, ifOnline: 'REPLACE' } });
  await page.getByText('Your session has ended.').waitFor();
  expect(await page.getByLabel('Username').inputValue()).toBe('alice');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Log out there' }).click();
  await page.getByRole('button', { name: 'Account alice' }).waitFor();
});

test('too many attempts say how long to wait, and count down by the clock', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 1 } });
  await chat.create('alice');
  const { page, login } = await visit(chat.url);
  await page.clock.install();
  await login('alice', 'wrong password');
  await page.getByText('Wrong username or password.').waitFor();
  await login('alice');
  const shown = page.locator('form .error[aria-hidden]');
  await expect.poll(() => shown.textContent()).toBe('Too many attempts. Try again in 15 minutes.');
  await expect
    .poll(() => page.locator('form').getByRole('alert').last().textContent())
    .toBe('Too many attempts. Try again in 15 minutes.');
  await page.clock.fastForward('03:00');
  await expect.poll(() => shown.textContent()).toBe('Too many attempts. Try again in 12 minutes.');
  await page.clock.fastForward('11:30');
  await expect.poll(() => shown.textContent()).toMatch(/in \d\d? seconds\.$/);
  await page.clock.fastForward('01:00');
  await expect.poll(() => shown.textContent()).toBe('You can try again now.');
});

test('a password can be shown and hidden again', async () => {
  const { chat } = await newChat();
  const { page } = await visit(chat.url);
  const field = page.getByLabel('Password', { exact: true });
  await field.fill(PASSWORD);
  const show = page.getByRole('button', { name: 'Show password' });
  await show.click();
  expect([await field.getAttribute('type'), await show.getAttribute('aria-pressed')]).toEqual([
    'text',
    'true',
  ]);
  expect(await field.inputValue()).toBe(PASSWORD);
  await show.click();
  expect(await field.getAttribute('type')).toBe('password');
});

test('a password change keeps every tab of this browser logged in, and no other', async () => {
  const { chat } = await newChat();
  const [here, elsewhere] = [await visit(chat.url, { as: 'alice' }), await visit(chat.url)];
  await here.page.getByText('Connected').waitFor();
  const tab = await here.page.context().newPage();
  await tab.goto(chat.url);
  await tab.getByText('Connected').waitFor();
  await elsewhere.login('alice');
  await elsewhere.page.getByRole('button', { name: 'Stay logged in there' }).click();
  await elsewhere.page.getByText('Connected').waitFor();

  await here.page.getByRole('button', { name: 'Account alice' }).click();
  await here.page.getByRole('button', { name: 'Change password' }).click();
  await here.submit(
    { 'Current password': 'wrong password', 'New password': 'battery staple' },
    'Change password',
  );
  await here.page.getByText('Wrong username or password.').waitFor();
  // The other tab sees the end of the old session before this one has the new session. It must not
  // remove the session of both.
  await here.page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    await tab.getByText('Your session has ended.').waitFor();
    await route.fulfill({ response });
  });
  await here.submit(
    { 'Current password': PASSWORD, 'New password': 'battery staple' },
    'Change password',
  );
  await elsewhere.page.getByText('Your session has ended.').waitFor();
  await here.page.getByRole('dialog').waitFor({ state: 'detached' });
  for (const page of [here.page, tab]) {
    await page.getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Account alice' }).waitFor();
  }
});

test('an account deleted without a login shows its undelivered messages', async () => {
  const { chat, bob } = await newChat('bob');
  await chat.create('alice');
  await bob.send('alice', 'You will not see this in a chat.');
  const { page, submit } = await visit(chat.url);
  await page.getByRole('button', { name: 'Delete an account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Delete account');
  await page.getByText('You will not see this in a chat.').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save it as a file' }).click();
  const file = await text(await (await saved).createReadStream());
  expect(JSON.parse(file)).toMatchObject([
    { from: 'bob', text: 'You will not see this in a chat.' },
  ]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Log in' }).last().waitFor();
});

test('an account deleted from the menu leaves its conversations to the others', async () => {
  const { chat, carol } = await newChat('carol');
  const [alice, bob] = [
    await visit(chat.url, { as: 'alice' }),
    await visit(chat.url, { as: 'bob' }),
  ];
  await alice.page.getByLabel('Search people').fill('bob');
  await alice.open('bob');
  await alice.write('I am leaving.');
  await bob.open('alice');
  await bob.message('I am leaving.').waitFor();
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  await alice.page.getByRole('button', { name: 'Delete account' }).click();
  await alice.page.getByText('You have no unread messages.').waitFor();
  await carol.send('alice', 'Are you there?');
  await alice.page.getByText('You have 1 unread message. It will be deleted too.').waitFor();
  await alice.submit({ Password: PASSWORD }, 'Delete account');
  await alice.page.getByText('No undelivered messages.').waitFor();
  await bob.page.getByText('This account was deleted.').waitFor();
  await bob.person('alice').getByText('(deleted)').waitFor();
  await bob.message('I am leaving.').waitFor();
});

test('a reused username gets no drafts of the earlier account', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.composer.fill('For bob only.');
  const credentials = { username: 'alice', password: PASSWORD };
  const { login } = await chat.anonymous.ask(Login, {
    input: { ...credentials, ifOnline: 'REPLACE' },
  });
  await alice.page.getByText('Your session has ended.').waitFor();
  const asOther = overHttpAs(login.__typename === 'LoginSuccess' ? login.token : undefined);
  await chat.anonymous.ask(DeleteAccount, { input: credentials }, asOther);
  await alice.create('alice');
  await alice.open('bob');
  expect(await alice.composer.inputValue()).toBe('');
});

test('a deleted counterpart is noticed on opening the conversation or on sending', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  const remove = ({ username }: TestClient) =>
    chat.anonymous.ask(DeleteAccount, { input: { username, password: PASSWORD } });
  await bob.send('alice', 'Back in a minute.');
  await carol.send('alice', 'See you.');
  await alice.open('bob');
  await alice.message('Back in a minute.').waitFor();
  await carol.ask(Logout, {});
  await remove(carol);
  await alice.person('carol').click();
  await alice.page.getByText('This account was deleted.').waitFor();
  await alice.open('bob');
  await bob.ask(Logout, {});
  await alice.page.locator('.conversation').getByText('Offline').waitFor();
  await remove(bob);
  await chat.create('bob');
  await alice.write('Are you back?');
  await alice.message('Are you back?', 'failed').waitFor();
  await alice.page.getByText("bob's account was deleted. Discard", { exact: true }).waitFor();
  await alice.page.getByText('This account was deleted.').waitFor();
  expect(await (await chat.login('bob')).ask(Viewer, {})).toMatchObject({
    mailbox: { pendingCount: 0 },
  });
});

test('a form shows a refusal that belongs to none of its fields', async () => {
  const { chat } = await newChat();
  const { page, submit } = await visit(chat.url);
  const message = 'The server is being repaired.';
  const errors = [{ message, extensions: { code: 'A_NEW_CODE' } }];
  await page.route('**/graphql', (route) => route.fulfill({ json: { errors } }));
  await submit({ Username: 'alice', Password: PASSWORD }, 'Log in');
  await page.locator('form').getByText(message).waitFor();
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Create account');
  await page.locator('form').getByText(message).waitFor();
  await page.getByRole('button', { name: 'Delete an account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Delete account');
  await page.locator('form').getByText(message).waitFor();
});

test('sign-up asks for an invitation code if the server does', async () => {
  const { chat } = await newChatWith({ settings: { REGISTRATION: 'invite' } });
  const { code } = await administration(chat.app.services, 'operator').invite(1, 1);
  const { page, submit } = await visit(chat.url);
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Invitation code').waitFor();
  const fields = { Username: 'alice', Password: PASSWORD, 'Invitation code': 'wrong' };
  await submit(fields, 'Create account');
  await page.locator('.field').getByText('This invitation code cannot be used').waitFor();
  await submit({ ...fields, 'Invitation code': code }, 'Create account');
  await page.getByRole('button', { name: 'Account alice' }).waitFor();
});

test('sign-up on a server with closed registration says whom to ask', async () => {
  const { chat } = await newChatWith({ settings: { REGISTRATION: 'closed' } });
  const { page, submit } = await visit(chat.url);
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Create account');
  await page.locator('form').getByText('Ask its operator to create one for you.').waitFor();
});
