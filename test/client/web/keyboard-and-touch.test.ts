import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { numbered, storeMessages } from '../../support/stored-messages.ts';

const visit = browserForThisFile();

test('the page works with the keyboard alone', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url);
  const { keyboard } = alice.page;
  const focused = () =>
    alice.page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    );
  /** Presses a key until the focus is on an element with this name. */
  async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
    for (let steps = 0; steps < 20; steps += 1) {
      if (name.test(String(await focused()))) return;
      await keyboard.press(key);
    }
    throw new Error(`The focus does not reach ${name}.`);
  }
  await tabTo(/^Create account$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await expect.poll(() => alice.page.evaluate('document.activeElement.name')).toBe('username');
  await keyboard.type('alice');
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await alice.person('bob').waitFor();
  await tabTo(/^Search people and messages$/);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('Message to bob');
  await keyboard.type('No mouse here');
  await keyboard.press('Enter');
  await alice.message('No mouse here', 'stored').waitFor();
  await bob.send('alice', 'I can tell');
  await alice.message('I can tell').waitFor();
  await tabTo(/^Messages with bob$/, 'Shift+Tab');
  await tabTo(/Account alice$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await tabTo(/^Log out$/);
  await keyboard.press('Enter');
  await alice.page.getByRole('dialog', { name: 'Log out' }).waitFor();
  await keyboard.press('Escape');
  await alice.page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(/Account alice$/, 'Shift+Tab');
});

test('a phone shows the list or a conversation, and Back returns to the list', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, {
    as: 'alice',
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  });
  await bob.send('alice', 'Where are you?');
  await alice.person('bob').tap();
  await alice.message('Where are you?').waitFor();
  expect(await alice.page.getByRole('navigation', { name: 'People' }).isVisible()).toBe(false);
  await alice.write('On the train');
  await alice.message('On the train', 'stored').waitFor();
  await alice.screenshot('phone');
  await alice.page.goBack();
  await alice.person('bob').waitFor();
  expect(await alice.composer.count()).toBe(0);
  await alice.person('bob').click();
  await alice.page.getByRole('button', { name: 'Back to conversations' }).click();
  await expect
    .poll(() => alice.page.evaluate('document.activeElement.textContent'))
    .toContain('bob');
});

test('keys lead to the search, to other conversations and through the messages', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  await carol.send('alice', 'hello');
  await storeMessages(chat, bob, 'alice', numbered(150));
  const { keyboard } = alice.page;
  const heading = (name: string) => alice.page.getByRole('heading', { name, exact: true });
  await alice.person('bob').waitFor();
  await keyboard.press('ControlOrMeta+K');
  await keyboard.type('bob');
  await keyboard.press('Enter');
  await heading('bob').waitFor();
  expect(await alice.page.getByLabel('Search people').inputValue()).toBe('');
  await alice.settled();

  // From the composer.
  const top = () => alice.page.locator('.timeline-scroll').evaluate((view) => view.scrollTop);
  const start = await top();
  await keyboard.press('PageDown');
  await expect.poll(top).toBeGreaterThan(start + 300);
  await keyboard.press('PageUp');
  await expect.poll(top).toBeLessThan(start + 100);
  await keyboard.press('Escape');
  await alice.message('number 149.').waitFor();
  await expect.poll(() => alice.page.title()).toBe('(1) Parley');

  await alice.page.getByRole('region', { name: 'Messages with bob' }).focus();
  const focused = () => alice.page.evaluate('document.activeElement.textContent');
  await keyboard.press('ArrowUp');
  await expect.poll(focused).toContain('number 149.');
  // On a slow machine, no frame is drawn between two presses.
  await alice.page.evaluate(async () => {
    for (let step = 0; step < 60; step += 1) {
      const press = new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true });
      document.activeElement?.dispatchEvent(press);
      await Promise.resolve();
    }
  });
  await expect.poll(focused).toContain('number 89.');
  // The next key goes on from there, wherever the list was scrolled to.
  await alice.page.locator('.timeline-scroll').evaluate((scroll) => scroll.scrollTo(0, 0));
  await alice.message('number 5.').waitFor();
  await keyboard.press('ArrowUp');
  await expect.poll(focused).toContain('number 88.');
  await keyboard.press('ArrowDown');
  await expect.poll(focused).toContain('number 89.');
  await keyboard.press('ArrowDown');
  await expect.poll(focused).toContain('number 90.');
  await keyboard.press('Tab');
  await expect
    .poll(() => alice.page.evaluate("document.activeElement.getAttribute('aria-label')"))
    .toBe('Quote');

  await keyboard.press('Alt+ArrowDown');
  await heading('carol').waitFor();
  await keyboard.press('Alt+ArrowUp');
  await heading('bob').waitFor();
  await alice.page.getByRole('region', { name: 'Messages with bob' }).focus();
  await keyboard.press('?');
  await alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await alice.screenshot('keys');
  await keyboard.press('Escape');
  await alice.page.getByRole('dialog').waitFor({ state: 'detached' });
});
