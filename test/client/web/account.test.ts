import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { overHttpAs } from '../../../client/core/connection.ts';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { Login, Logout } from '../../../client/core/documents/session.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const visit = browserForThisFile();

test('one creates an account, logs out, and logs in again', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url);
  await alice.create('Alice');
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  await alice.page.getByRole('button', { name: 'Log out' }).click();
  await alice.submit({}, 'Log out');
  await alice.login('alice');
  await alice.page.getByRole('button', { name: 'Account alice' }).waitFor();
});

test('a refusal stands beside the field that caused it, in the words of the API', async () => {
  const { chat } = await newChat('alice');
  const { page, submit, login } = await visit(chat.url);
  const refusalOf = (label: string) =>
    page
      .locator('.field')
      .filter({ has: page.getByLabel(label) })
      .getByRole('alert');
  await login('alice', 'wrong password');
  await expect
    .poll(() => refusalOf('Password').textContent())
    .toContain('no account with this username and password');
  await page.getByRole('navigation').getByRole('button', { name: 'Create account' }).click();
  await submit({ Username: 'alice', Password: PASSWORD }, 'Create account');
  await expect.poll(() => refusalOf('Username').textContent()).toBe('This username is taken.');
  await expect.poll(() => page.getByLabel('Username').getAttribute('aria-invalid')).toBe('true');
  await submit({ Username: 'bob', Password: 'short' }, 'Create account');
  await expect
    .poll(() => refusalOf('Password').textContent())
    .toBe('A password has at least 8 characters.');
  await expect
    .poll(() => page.getByLabel('Password').evaluate('document.activeElement.name'))
    .toBe('password');
});

test('who is logged in elsewhere joins, or takes over', async () => {
  const { chat } = await newChat();
  const first = await visit(chat.url, { as: 'alice' });
  const [second, third] = [await visit(chat.url), await visit(chat.url)];
  await first.page.getByText('Connected').waitFor();
  await second.login('alice');
  await second.page.getByText('Another client is logged in to this account.').waitFor();
  await second.screenshot('elsewhere');
  await second.page.getByRole('button', { name: 'Join' }).click();
  await second.page.getByRole('button', { name: 'Account alice' }).waitFor();
  await third.login('alice');
  await third.page.getByRole('button', { name: 'Take over' }).click();
  await third.page.getByRole('button', { name: 'Account alice' }).waitFor();
  for (const { page } of [first, second])
    await page.getByText('Your session was ended elsewhere.').waitFor();
});

test('a changed password keeps this browser logged in, every tab of it, and no other', async () => {
  const { chat } = await newChat();
  const [here, elsewhere] = [await visit(chat.url, { as: 'alice' }), await visit(chat.url)];
  await here.page.getByText('Connected').waitFor();
  const tab = await here.page.context().newPage();
  await tab.goto(chat.url);
  await tab.getByText('Connected').waitFor();
  await elsewhere.login('alice');
  await elsewhere.page.getByRole('button', { name: 'Join' }).click();
  await elsewhere.page.getByText('Connected').waitFor();

  await here.page.getByRole('button', { name: 'Account alice' }).click();
  await here.page.getByRole('button', { name: 'Change password' }).click();
  await here.submit(
    { 'Current password': 'wrong password', 'New password': 'battery staple' },
    'Change password',
  );
  await here.page.getByText('no account with this username and password').waitFor();
  // The other tab hears of the end before this one has the new session: it must not forget it for
  // both.
  await here.page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    await tab.getByText('Your session was ended elsewhere.').waitFor();
    await route.fulfill({ response });
  });
  await here.submit(
    { 'Current password': PASSWORD, 'New password': 'battery staple' },
    'Change password',
  );
  await elsewhere.page.getByText('Your session was ended elsewhere.').waitFor();
  await here.page.getByRole('dialog').waitFor({ state: 'detached' });
  for (const page of [here.page, tab]) {
    await page.getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Account alice' }).waitFor();
  }
});

test('an account is deleted without a login, and what it had not got is shown before it is gone', async () => {
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

test('an account is deleted from within, and its conversations stay with the others', async () => {
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
  await alice.page.getByText('All that was sent to you has been delivered and read.').waitFor();
  await carol.send('alice', 'Are you there?');
  await alice.page.getByText('You have not read one message that goes, too.').waitFor();
  await alice.submit({ Password: PASSWORD }, 'Delete account');
  await alice.page.getByText('Nothing was left undelivered.').waitFor();
  await bob.page.getByText('This account is deleted.').waitFor();
  await bob.person('alice').getByText('(deleted)').waitFor();
  await bob.message('I am leaving.').waitFor();
});

test('whoever takes a username again gets no drafts of the account that had it', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.composer.fill('Nobody else is to see this.');
  const credentials = { username: 'alice', password: PASSWORD };
  const { login } = await chat.anonymous.ask(Login, {
    input: { ...credentials, ifOnline: 'REPLACE' },
  });
  await alice.page.getByText('Your session was ended elsewhere.').waitFor();
  const asOther = overHttpAs(login.__typename === 'LoginSuccess' ? login.token : undefined);
  await chat.anonymous.ask(DeleteAccount, { input: credentials }, asOther);
  await alice.create('alice');
  await alice.open('bob');
  expect(await alice.composer.inputValue()).toBe('');
});

test('an account that was deleted unseen is found out when one opens the conversation, or writes', async () => {
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
  await alice.page.getByText('This account is deleted.').waitFor();
  await alice.open('bob');
  await bob.ask(Logout, {});
  await alice.page.locator('.conversation').getByText('Offline').waitFor();
  await remove(bob);
  await alice.write('Are you back?');
  await alice.message('Are you back?', 'failed').waitFor();
  await alice.page.getByText('This account is deleted.').waitFor();
});
