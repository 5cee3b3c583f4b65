import { expect, test } from 'vitest';
import { browserForThisFile, visitorOn } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

/**
 * Keeps what a page notifies. The browser shows it all the same, unless it is one that never allows
 * that.
 */
const ALLOWED = `
  window.told = [];
  window.Notification = class extends Notification {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, options) {
      super(title, options);
      window.told.push({ title, body: options.body });
      window.latest = this;
    }
  };
`;

test('a message that nobody can see is notified once, whatever number of tabs is open', async () => {
  const { chat, bob } = await newChat('bob');
  const first = await visit(chat.url, { as: 'alice', permissions: ['notifications'] });
  const context = first.page.context();
  await context.addInitScript(ALLOWED);
  await first.page.reload();
  await first.page.getByRole('button', { name: 'Account alice' }).click();
  await first.page.getByRole('button', { name: 'Turn notifications on' }).click();
  await expect.poll(() => first.page.evaluate('told.splice(0).length')).toBe(1);
  const second = visitorOn(await context.newPage());
  await second.page.goto(chat.url);
  await second.page.getByText('Connected').waitFor();

  /**
   * Waits until the tabs agree: some are in sight, one of the hidden speaks, and others wait for
   * that.
   */
  const agreed = (tabs: { held: string[]; pending: string[] }) =>
    expect
      .poll(() =>
        second.page.evaluate(`navigator.locks.query().then(({ held, pending }) => {
          const kinds = (locks) => locks.map(({ name }) => name.split(':').at(-1)).sort();
          return { held: kinds(held), pending: kinds(pending) };
        })`),
      )
      .toEqual(tabs);
  await first.hide();
  await agreed({ held: ['hidden', 'in-sight'], pending: [] });
  await bob.send('alice', 'In sight of the second');
  await first.page
    .getByRole('log')
    .getByText('In sight of the second')
    .waitFor({ state: 'attached' });
  await second.hide();
  await agreed({ held: ['hidden'], pending: ['hidden'] });
  await bob.send('alice', 'In sight of nobody');
  await second.page.getByRole('log').getByText('In sight of nobody').waitFor({ state: 'attached' });
  await expect
    .poll(() => first.page.evaluate('told'))
    .toEqual([{ title: 'bob', body: 'In sight of nobody' }]);
  await first.page.close();
  await agreed({ held: ['hidden'], pending: [] });
  await bob.send('alice', 'To the tab that is left');
  await expect
    .poll(() => second.page.evaluate('told'))
    .toEqual([{ title: 'bob', body: 'To the tab that is left' }]);
  await second.page.evaluate("latest.dispatchEvent(new Event('click'))");
  await second.message('To the tab that is left').waitFor();
});

test('a browser that leaves notifications to service workers says that it shows none', async () => {
  const { chat } = await newChat();
  const { page } = await visit(chat.url, { as: 'alice' });
  await page.addInitScript(ALLOWED);
  // As Chrome on Android does.
  await page.addInitScript(`
    window.Notification = class extends Notification { constructor() { throw new TypeError('Illegal constructor.'); } };
  `);
  await page.reload();
  await page.getByRole('button', { name: 'Account alice' }).click();
  await page.getByRole('button', { name: 'Turn notifications on' }).click();
  await page.getByText('This browser shows no notifications.').waitFor();
});

test('the browser is asked for notifications on a click alone', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url, { as: 'alice' });
  // A browser without a head refuses at once, so that nobody would be asked.
  await alice.page.addInitScript(`
    window.asked = 0;
    Object.defineProperty(Notification, 'permission', { get: () => 'default' });
    Notification.requestPermission = async () => { window.asked += 1; return 'granted'; };
  `);
  await alice.page.reload();
  await alice.page.getByRole('button', { name: 'Account alice' }).click();
  expect(await alice.page.evaluate('window.asked')).toBe(0);
  await alice.page.getByRole('button', { name: 'Turn notifications on' }).click();
  await alice.page.getByRole('button', { name: 'Turn notifications off' }).waitFor();
  expect(await alice.page.evaluate('window.asked')).toBe(1);
});
