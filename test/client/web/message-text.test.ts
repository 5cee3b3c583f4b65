import { expect, test } from 'vitest';
import { blocksOf, isEmoji } from '../../../client/web/conversation/blocks.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

const CODE = 'const answer = 42; // not https://example.org\n\tif (answer) return;';
const WITH_CODE = `Try \`npm ci\` first, then:\n\`\`\`ts\n${CODE}\n\`\`\`\nSee https://example.org/a`;

test.for<[text: string, ...blocks: string[]]>([
  ['`a`', 'code: a'],
  ['run `npm ci`, not ``npm i``', 'run ', 'code: npm ci', ', not ``npm i``'],
  ['one ` and\nanother `', 'one ` and\nanother `'],
  ['```\na\n\nb\n```', 'fence: a\n\nb'],
  ['x\n```js\na `b`\n```\ny', 'x\n', 'fence: a `b`', 'y'],
  ['```\nnever closed', '```\nnever closed'],
  ['a ```\nb\n```', 'a ```\nb\n```'],
  ['```\n```', 'fence: '],
])('the code in %j is found', ([text, ...expected]) => {
  const blocks = blocksOf(text);
  expect(blocks.map(({ text }) => text).join('')).toBe(text);
  expect(
    blocks.map(({ type, text, code }) => (type === 'text' ? text : `${type}: ${code}`)),
  ).toEqual(expected);
});

test('a lone emoji is one emoji, however it is composed', () => {
  for (const emoji of ['👍', '👍🏽', '❤️', '👩‍👩‍👧', '🇮🇳', '1️⃣']) expect(isEmoji(emoji)).toBe(true);
  for (const text of ['👍👍', '👍 ', '1', 'ok', '']) expect(isEmoji(text)).toBe(false);
});

test('code has a font of its own and a button that copies it', async () => {
  const { chat, bob } = await newChat('bob');
  const permissions = ['clipboard-read', 'clipboard-write'];
  const alice = await visit(chat.url, { as: 'alice', permissions });
  for (const text of [WITH_CODE, '🎉', 'A plain one']) await bob.send('alice', text);
  await alice.open('bob');
  await alice.message('A plain one').waitFor();
  const [first, emoji, plain] = await alice.page.locator('.linked-text').all();
  expect(await first?.textContent()).toBe(WITH_CODE);
  expect(await first?.getByRole('link').count()).toBe(1);
  await alice.page.getByRole('button', { name: 'Copy the code' }).click();
  await alice.page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await alice.page.evaluate('navigator.clipboard.readText()')).toBe(CODE);
  const size = async (text = plain) =>
    text?.evaluate((each) => Number.parseFloat(getComputedStyle(each).fontSize));
  expect(await size(emoji)).toBeGreaterThan(2 * ((await size()) ?? 0));
  await alice.screenshot('code');
});

test('a long message is folded until it is opened', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  const lines = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  await bob.send('alice', lines);
  await bob.send('alice', lines.slice(0, 160));
  await alice.open('bob');
  await alice.settled();
  const height = async () => (await alice.message('line 59').boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(600);
  await alice.screenshot('folded');
  await alice.page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(height).toBeGreaterThan(1_200);
  expect(await alice.page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
});
