import { expect, test } from 'vitest';
import { browserForThisFile, type Visitor } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

const opened = (url: string, query: string) => `${url}/graphql?${new URLSearchParams({ query })}`;

/** Runs the operation that GraphiQL was opened with, and waits until its answer shows this text. */
async function run({ page }: Visitor, shown: string): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click();
  await page.locator('.result-window').getByText(shown).first().waitFor();
}

test('GraphiQL runs queries and subscriptions under its own policy', async () => {
  const { chat } = await newChat();
  const visitor = await visit(opened(chat.url, '{ server { version } }'));
  await run(visitor, '"version"');
  await visitor.screenshot('graphiql');
  await visitor.page.goto(opened(chat.url, 'subscription { messageReceived { text } }'));
  const socket = visitor.page.waitForEvent('websocket');
  await run(visitor, 'UNAUTHENTICATED');
  expect((await socket).url()).toBe(`${chat.url.replace('http', 'ws')}/graphql`);
});

test('GraphiQL and the web client have separate storage', async () => {
  const { chat } = await newChat();
  const visitor = await visit(chat.url, { as: 'bob' });
  const stored = () => visitor.page.evaluate(() => Object.keys(localStorage));
  const before = await stored();
  expect(before).toContain('parley:session');
  await visitor.page.goto(opened(chat.url, '{ server { version } }'));
  await run(visitor, '"version"');
  const inGraphiQL = await stored();
  expect(inGraphiQL).not.toEqual([]);
  expect(inGraphiQL.filter((key) => !key.startsWith('graphiql:'))).toEqual([]);
  await visitor.page.goto(chat.url);
  expect(await stored()).toEqual(before);
});
