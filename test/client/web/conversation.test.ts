import { expect, test } from 'vitest';
import { browserForThisFile, visitorOn } from '../../support/browser.ts';
import { newChat, newChatWith } from '../../support/chat.ts';

const visit = browserForThisFile();

/** Two people in separate browsers. Bob has opened the conversation with Alice. */
async function twoVisitors() {
  const { chat } = await newChat();
  const [alice, bob] = await Promise.all([
    visit(chat.url, { as: 'alice' }),
    visit(chat.url, { as: 'bob' }),
  ]);
  await bob.open('alice');
  return { chat, alice, bob };
}

test('a message shows its sender when it is delivered and read', async () => {
  const { alice, bob } = await twoVisitors();
  await bob.write('Are you there?');
  await bob.message('Are you there?', 'delivered').waitFor();
  await expect.poll(() => alice.page.title()).toBe('(1) Parley');
  expect(await alice.person('bob').locator('.person-badge').textContent()).toContain('1');
  await alice.open('bob');
  await bob.message('Are you there?', 'read').waitFor();
  await expect.poll(() => alice.page.title()).toBe('Parley');
  await alice.write('I am.');
  await bob.message('I am.').waitFor();
  await bob.page.getByRole('log').getByText('alice: I am.').waitFor({ state: 'attached' });
  await alice.message('I am.', 'read').waitFor();
});

test('a reload in the middle shows the same conversation, each message once', async () => {
  const { alice, bob } = await twoVisitors();
  for (const text of ['one', 'two', 'three']) await bob.write(text);
  await alice.open('bob');
  await alice.composer.fill('Half a sen');
  await bob.write('four');
  await alice.message('four').waitFor();
  await alice.page.reload();
  await bob.write('five');
  await alice.message('five').waitFor();
  expect(await alice.page.locator('.linked-text').allTextContents()).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
  ]);
  expect(await alice.composer.inputValue()).toBe('Half a sen');
});

test('a reload sends each query once', async () => {
  const { alice, bob } = await twoVisitors();
  await bob.write('hello');
  await alice.open('bob');
  const queries: (string | undefined)[] = [];
  alice.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const [, name] = /"query (\w+)/.exec(String(payload)) ?? [];
      if (name) queries.push(name);
    }),
  );
  await alice.page.reload();
  await alice.page.getByText('Connected').waitFor();
  await alice.message('hello').waitFor();
  await expect
    .poll(() => queries.toSorted())
    .toEqual([
      'AccountsMatching',
      'Conversation',
      'Conversations',
      'Counterpart',
      'Limits',
      'Viewer',
    ]);
});

test('a draft stays with its conversation, and Shift+Enter adds a line', async () => {
  const { alice, chat } = await twoVisitors();
  await chat.create('carol');
  await alice.page.reload();
  await alice.open('bob');
  const { height: before = 0 } = (await alice.composer.boundingBox()) ?? {};
  await alice.composer.pressSequentially('first');
  await alice.composer.press('Shift+Enter');
  await alice.composer.pressSequentially('second');
  expect((await alice.composer.boundingBox())?.height).toBeGreaterThan(before);
  await alice.open('carol');
  expect(await alice.composer.inputValue()).toBe('');
  await alice.open('bob');
  expect(await alice.composer.inputValue()).toBe('first\nsecond');
  await alice.composer.press('Enter');
  expect(await alice.message('first').locator('.linked-text').textContent()).toBe('first\nsecond');
  await alice
    .message('first', 'stored')
    .or(alice.message('first', 'read'))
    .or(alice.message('first', 'delivered'))
    .waitFor();
});

test('the composer counts down near the limit and sends nothing over it', async () => {
  const { chat } = await newChatWith({ limits: { maxTextLength: 250 } }, 'bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.composer.fill('x'.repeat(240));
  await alice.page.getByText('10 characters left').waitFor();
  await alice.composer.fill('x'.repeat(251));
  await alice.page.getByText('1 character over the limit').waitFor();
  await alice.composer.press('Enter');
  expect(await alice.messages.count()).toBe(0);
});

test('the search filters people as the viewer types, and shows who is online', async () => {
  const { chat, bob } = await newChat('bob', 'carol', 'dave');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.person('dave').waitFor();
  await alice.page.getByLabel('Search people').pressSequentially('ob');
  await expect.poll(() => alice.page.locator('.person').count()).toBe(1);
  await alice.person('bob').getByText('(online)').waitFor({ state: 'attached' });
  bob.close();
  await alice.page.getByLabel('Search people').fill('zz');
  await alice.page.getByText('Nothing found.').waitFor();
});

test('tabs show the same messages, and one read in a tab is read in all', async () => {
  const { alice, bob } = await twoVisitors();
  const second = visitorOn(await alice.page.context().newPage());
  await second.page.goto(alice.page.url());
  await second.page.getByText('Connected').waitFor();
  await bob.write('To all your tabs');
  await expect.poll(() => second.page.title()).toBe('(1) Parley');
  await alice.page.bringToFront();
  await alice.open('bob');
  await expect.poll(() => second.page.title()).toBe('Parley');
  await alice.write('From the first tab');
  await second.open('bob');
  await second.message('From the first tab').waitFor();
  expect(await second.messages.count()).toBe(2);
});
