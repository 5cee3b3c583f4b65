import { expect, test } from 'vitest';
import { Login } from '../../../client/core/documents/session.ts';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';
import { newDatabase } from '../../support/database.ts';
import { newPathProxy } from '../../support/path-proxy.ts';
import { startServer } from '../../support/process.ts';

const visit = browserForThisFile();

/** The page needs longer than others: it loads a whole editor. */
const PATIENCE_MS = 30_000;

/** For a test that opens several pages one after another. */
const SLOW = { timeout: 180_000 };

/** Opens GraphiQL, with the tour or with one operation. */
async function openGraphiQL(url: string, query?: string): Promise<Visitor> {
  const visitor = await visit('about:blank');
  visitor.page.setDefaultTimeout(PATIENCE_MS);
  await visitor.page.goto(addressOf(url, query));
  return visitor;
}

const addressOf = (url: string, query?: string): string =>
  query === undefined ? `${url}/graphql` : `${url}/graphql?${new URLSearchParams({ query })}`;

/** The result that GraphiQL shows, and after it how the connection is. */
async function shown({ page }: Visitor): Promise<string> {
  const result = await page.locator('.result-window .view-lines').innerText();
  // The editor shows each space as one that does not break.
  return `${result.replaceAll('\u00a0', ' ')}\n${await page.getByRole('status').innerText()}`;
}

/** Waits until GraphiQL shows a result with this text. */
const shows = (visitor: Visitor, text: string) =>
  expect.poll(() => shown(visitor), { timeout: PATIENCE_MS }).toContain(text);

/** Runs the only operation, and waits until its result shows this text. */
async function run(visitor: Visitor, result: string): Promise<void> {
  await visitor.page.getByRole('button', { name: 'Execute query' }).click();
  await shows(visitor, result);
}

/** Chooses one of several operations, and waits until its result shows this text. */
async function step(visitor: Visitor, name: string, result: string): Promise<void> {
  await visitor.page.getByRole('button', { name: 'Execute query' }).click();
  await visitor.page.getByRole('menuitem', { name }).click();
  await shows(visitor, result);
}

/** Opens the tab of a person of the tour. */
const choose = ({ page }: Visitor, person: string) =>
  page.locator('.graphiql-tab-button').filter({ hasText: person }).click();

const stop = ({ page }: Visitor) => page.getByRole('button', { name: 'Stop query' }).click();

const status = ({ page }: Visitor) => page.getByRole('status');

/** Waits until GraphiQL has put the token of a login into the open tab. */
const holdsToken = ({ page }: Visitor) =>
  page.waitForFunction(() => {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '');
    return tabs[activeTabIndex].headers?.includes('Bearer');
  });

test('the tour leads two people through a chat, and over two restarts', SLOW, async () => {
  const DATABASE_URL = await newDatabase();
  const server = await startServer({ DATABASE_URL });
  const alice = await openGraphiQL(server.url);
  await alice.screenshot('graphiql');
  await step(alice, 'AliceSignsUp', '"account"');
  await step(alice, 'AliceLogsIn', '"token"');
  const bob = await openGraphiQL(server.url);
  await choose(bob, 'Bob');
  await step(bob, 'BobSignsUp', '"account"');
  await step(bob, 'BobLogsIn', '"token"');
  await step(alice, 'AliceSends', '"sentAt"');
  await step(bob, 'BobReceives', '"position": 1');
  await bob.screenshot('graphiql-received');

  await server.end('SIGKILL');
  await status(bob).getByText('Reconnecting').waitFor();
  await bob.screenshot('graphiql-reconnecting');
  await step(alice, 'AliceSends', 'The server does not answer');
  const PORT = new URL(server.url).port;
  const second = await startServer({ DATABASE_URL, PORT });
  await step(alice, 'AliceSends', '"sentAt"');
  await shows(bob, '"position": 2');
  await shows(bob, '"earlier"');
  await bob.screenshot('graphiql-reconnected');
  await status(bob).waitFor({ state: 'hidden' });

  await stop(bob);
  await step(bob, 'BobAcknowledges', '"deliveredThrough": 1');
  await step(bob, 'BobReceives', '"position": 2');

  await second.end('SIGTERM');
  await status(bob).getByText('Reconnecting').waitFor();
  await startServer({ DATABASE_URL, PORT });
  const returning = await openGraphiQL(server.url);
  await step(returning, 'AliceSignsUp', 'taken');
  await step(returning, 'AliceLogsIn', '"token"');
  await step(returning, 'AliceSends', '"sentAt"');
  await shows(bob, '"position": 3');
});

test('GraphiQL runs queries and subscriptions under its own policy, at a path', async () => {
  const { chat } = await newChat();
  const url = await newPathProxy(chat.url, '/chat');
  const visitor = await openGraphiQL(url, '{ server { version } }');
  await run(visitor, '"version"');
  await visitor.page.goto(addressOf(url, 'subscription { messageReceived { text } }'));
  const socket = visitor.page.waitForEvent('websocket');
  await run(visitor, 'UNAUTHENTICATED');
  expect((await socket).url()).toBe(`${url.replace('http', 'ws')}/graphql`);
});

test('each tab of GraphiQL sends the token of its own login', async () => {
  const { chat } = await newChat();
  const visitor = await openGraphiQL(chat.url);
  await step(visitor, 'AliceSignsUp', '"account"');
  await step(visitor, 'AliceLogsIn', '"token"');
  await holdsToken(visitor);
  await choose(visitor, 'Bob');
  await step(visitor, 'BobAcknowledges', 'UNAUTHENTICATED');
  await step(visitor, 'BobSignsUp', '"account"');
  await step(visitor, 'BobLogsIn', '"token"');
  await holdsToken(visitor);
  await visitor.page.getByRole('button', { name: 'Headers' }).click();
  await choose(visitor, 'Alice');
  await step(visitor, 'AliceSends', '"sentAt"');
  await choose(visitor, 'Bob');
  await step(visitor, 'BobReceives', '"senderUsername": "alice"');
  await visitor.screenshot('graphiql-tab');
  await stop(visitor);
  await step(visitor, 'BobAcknowledges', '"deliveredThrough": 1');
  await choose(visitor, 'Alice');
  await step(visitor, 'AliceLooks', '"delivered": true');
  expect(visitor.page.url()).toBe(`${chat.url}/graphql`);
});

test('GraphiQL keeps the answer of a tab, and its token, out of another tab', async () => {
  const { chat } = await newChat();
  const visitor = await openGraphiQL(chat.url);
  const { page } = visitor;
  await step(visitor, 'AliceSignsUp', '"account"');
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await left;
    await route.continue();
  });
  const answered = page.waitForEvent('requestfinished');
  await page.getByRole('button', { name: 'Execute query' }).click();
  await page.getByRole('menuitem', { name: 'AliceLogsIn' }).click();
  await choose(visitor, 'Bob');
  leave();
  await answered;
  await step(visitor, 'BobAcknowledges', 'UNAUTHENTICATED');
});

test('GraphiQL ends a subscription with its session, and a login allows another', async () => {
  const { chat, alice } = await newChat('alice');
  const bob = await openGraphiQL(chat.url);
  await choose(bob, 'Bob');
  await step(bob, 'BobSignsUp', '"account"');
  await step(bob, 'BobLogsIn', '"token"');
  await alice.send('bob', 'first');
  await step(bob, 'BobReceives', '"first"');
  await chat.anonymous.ask(Login, {
    input: { username: 'bob', password: 'battery-staple', ifOnline: 'REPLACE' },
  });
  await shows(bob, 'SESSION_ENDED');
  await bob.screenshot('graphiql-session-ended');
  await step(bob, 'BobReceives', 'SESSION_ENDED');
  await step(bob, 'BobLogsIn', '"token"');
  await alice.send('bob', 'second');
  await step(bob, 'BobReceives', '"second"');
});

test('GraphiQL and the web client have separate storage', async () => {
  const { chat } = await newChat();
  const visitor = await visit(chat.url, { as: 'bob' });
  const stored = () => visitor.page.evaluate(() => Object.keys(localStorage));
  const before = await stored();
  expect(before).toContain('parley:session');
  visitor.page.setDefaultTimeout(PATIENCE_MS);
  await visitor.page.goto(addressOf(chat.url, '{ server { version } }'));
  await run(visitor, '"version"');
  // It saves some time after a change.
  await expect.poll(stored).not.toEqual([]);
  const inGraphiQL = await stored();
  expect(inGraphiQL.filter((key) => !key.startsWith('graphiql:'))).toEqual([]);
  await visitor.page.goto(chat.url);
  expect(await stored()).toEqual(before);
});
