import { expect, test } from 'vitest';
import { excerpt } from '../../../client/web/people/matches.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';
import { numbered, storeMessages } from '../../support/stored-messages.ts';

const visit = browserForThisFile();

test('a message that the search finds opens in its place, marked', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  await storeMessages(chat, bob, 'alice', [...numbered(20), 'Meet me at the Café Zoë']);
  await storeMessages(chat, bob, 'alice', numbered(250, 20));
  await carol.send('alice', 'The cafeteria has closed');
  const search = alice.page.getByLabel('Search people');
  const found = alice.page.getByRole('list', { name: 'Messages' }).getByRole('link');
  await search.fill('cafe');
  await expect.poll(() => found.count()).toBe(2);
  await expect.poll(() => found.locator('mark').allTextContents()).toEqual(['cafeteria', 'Café']);
  await alice.screenshot('search-messages');
  await found.last().click();
  const target = alice.page.locator('.message[data-target="true"]');
  await target.waitFor();
  await alice.settled();
  expect(await target.textContent()).toContain('Café Zoë');
  const { y = 0 } = (await target.boundingBox()) ?? {};
  expect(y).toBeGreaterThan(60);
  expect(y).toBeLessThan(400);

  // Again, after scrolling away, and by keyboard.
  await alice.page.getByRole('button', { name: /newest message|new$/ }).click();
  await alice.message('number 269.').waitFor();
  await search.fill('cafe zoe');
  await expect.poll(() => found.count()).toBe(1);
  await search.press('Enter');
  await target.waitFor();
  expect(await target.textContent()).toContain('Café Zoë');
  await search.fill('zzz');
  await alice.page.getByText('Nothing found.').waitFor();
});

test.for<[text: string, term: string, ...pieces: string[]]>([
  ['One two', 'TW', 'One ', '[two]'],
  ['Ein Café, zwei', 'cafe', 'Ein ', '[Café]', ', zwei'],
  ['明日の会議', '会議', '明日の', '[会]', '[議]'],
  ['between', 'twe', 'between'],
  [
    'A long beginning that nobody wants to read again, and the match',
    'match',
    '…',
    'to read again, and the ',
    '[match]',
  ],
])('in %j, the match of %j is marked', ([text, term, ...pieces]) => {
  const found = excerpt(text, term);
  expect(found.map(({ text, matches }) => (matches ? `[${text}]` : text))).toEqual(pieces);
});
