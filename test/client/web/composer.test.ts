import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat, newChatWith } from '../../support/chat.ts';

const visit = browserForThisFile();

test('Enter that ends a composition in Safari sends nothing', async () => {
  const { chat } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await alice.composer.fill('にほん');
  const prevented = await alice.composer.evaluate((field) => {
    const enter = new KeyboardEvent('keydown', {
      key: 'Enter',
      keyCode: 229,
      bubbles: true,
      cancelable: true,
    });
    return !field.dispatchEvent(enter);
  });
  expect(prevented).toBe(false);
  expect(await alice.composer.inputValue()).toBe('にほん');
  await alice.composer.press('Enter');
  await alice.message('にほん', 'stored').waitFor();
});

test('pasted line breaks of every kind become newlines, and controls go', async () => {
  const { chat, bob } = await newChat('bob');
  const permissions = ['clipboard-read', 'clipboard-write'];
  const alice = await visit(chat.url, { as: 'alice', permissions });
  await alice.open('bob');
  await alice.page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    'a\vb\fc\r\nd\u2028e\u2029f\u0085g\u0007\th',
  );
  await alice.composer.fill('[]');
  await alice.composer.press('ArrowLeft');
  await alice.page.keyboard.press('Control+V');
  expect(await alice.composer.inputValue()).toBe('[a\nb\nc\nd\ne\nf\ng\th]');
  // The caret stays after what was pasted.
  await alice.page.keyboard.type('!');
  await alice.composer.press('Enter');
  const [message] = await bob.read().shown(1);
  expect(message?.text).toBe('[a\nb\nc\nd\ne\nf\ng\th!]');
});

test('a refused text goes back into the composer, before what is there', async () => {
  const { chat } = await newChatWith({ limits: { maxPendingMessages: 1 } }, 'bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  for (const text of ['fits', 'too much']) await alice.write(text);
  await alice.message('too much', 'failed').waitFor();
  await alice.composer.fill('later');
  await alice.page.getByRole('button', { name: 'Edit' }).click();
  expect(await alice.composer.inputValue()).toBe('too much\nlater');
  expect(await alice.messages.count()).toBe(1);
  await alice.page.reload();
  expect(await alice.composer.inputValue()).toBe('too much\nlater');
});

test('each text has its own direction', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'مرحبا!');
  await alice.open('bob');
  await alice.message('مرحبا!').waitFor();
  const direction = (selector: string) =>
    alice.page.locator(selector).evaluate((each) => getComputedStyle(each).direction);
  expect(await direction('.linked-text')).toBe('rtl');
  expect(await direction('.person-last bdi')).toBe('rtl');
  expect(await direction('.composer textarea')).toBe('ltr');
  await alice.composer.fill('שלום');
  expect(await direction('.composer textarea')).toBe('rtl');
});

test('a message can be quoted before what is in the composer, and copied', async () => {
  const { chat, bob } = await newChat('bob');
  const permissions = ['clipboard-read', 'clipboard-write'];
  const alice = await visit(chat.url, { as: 'alice', permissions });
  await bob.send('alice', 'two\nlines');
  await alice.open('bob');
  await alice.composer.fill('draft');
  await alice.message('two').hover();
  await alice.screenshot('message-actions');
  await alice.page.getByRole('button', { name: 'Quote' }).click();
  expect(await alice.composer.inputValue()).toBe('> two\n> lines\ndraft');
  await alice.page.keyboard.type('!');
  await alice.composer.press('Enter');
  await alice.message('> two').waitFor();
  await alice.message('two').first().hover();
  await alice.page.getByRole('button', { name: 'Copy the message' }).click();
  await alice.page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await alice.page.evaluate('navigator.clipboard.readText()')).toBe('two\nlines');
});
