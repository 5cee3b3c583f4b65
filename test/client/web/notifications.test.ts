import { expect, test } from 'vitest';
import { browserForThisFile, visitorOn } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';

const visit = browserForThisFile();

/**
 * Records the page's notifications. A browser that allows notifications still shows them.
 */
const ALLOWED = `
  window.notified = [];
  window.Notification = class extends Notification {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, options) {
      super(title, options);
      window.notified.push({ title, body: options.body });
      window.latest = this;
    }
  };
`;

test('a message that arrives while every tab is hidden is notified once', async () => {
  const { chat, bob } = await newChat('bob');
  const first = await visit(chat.url, { as: 'alice', permissions: ['notifications'] });
  const context = first.page.context();
  await context.addInitScript(ALLOWED);
  await first.page.reload();
  await first.page.getByRole('button', { name: 'Account alice' }).click();
  await first.page.getByRole('button', { name: 'Turn notifications on' }).click();
  await expect.poll(() => first.page.evaluate('notified.splice(0).length')).toBe(1);
  const second = visitorOn(await context.newPage());
  await second.page.goto(chat.url);
  await second.page.getByText('Connected').waitFor();

  /** Waits until the tabs hold these locks: one hidden tab leads, and others wait for its lock. */
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
  await agreed({ held: ['hidden', 'visible'], pending: [] });
  await bob.send('alice', 'Visible in the second');
  await first.page
    .getByRole('log')
    .getByText('Visible in the second')
    .waitFor({ state: 'attached' });
  await second.hide();
  await agreed({ held: ['hidden'], pending: ['hidden'] });
  await bob.send('alice', 'Visible in no tab');
  await second.page.getByRole('log').getByText('Visible in no tab').waitFor({ state: 'attached' });
  await expect
    .poll(() => first.page.evaluate('notified'))
    .toEqual([{ title: 'bob', body: 'Visible in no tab' }]);
  await first.page.close();
  await agreed({ held: ['hidden'], pending: [] });
  await bob.send('alice', 'To the remaining tab');
  await expect
    .poll(() => second.page.evaluate('notified'))
    .toEqual([{ title: 'bob', body: 'To the remaining tab' }]);
  await second.page.evaluate("latest.dispatchEvent(new Event('click'))");
  await second.message('To the remaining tab').waitFor();
});

test('messages of several senders that arrive together are notified for each', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const proxy = await newFlakyProxy(chat.url);
  const alice = await visit(proxy.url, { as: 'alice', permissions: ['notifications'] });
  await alice.page.addInitScript(ALLOWED);
  await alice.page.evaluate("localStorage.setItem('parley:notifications', 'on')");
  await alice.page.reload();
  await alice.page.getByText('Connected').waitFor();
  await alice.hide();
  proxy.cut();
  await alice.page.getByText("You're offline.").waitFor();
  for (const text of ['Are you there?', 'Call me.']) await bob.send('alice', text);
  await carol.send('alice', 'Lunch?');
  proxy.restore();
  await expect
    .poll(() => alice.page.evaluate('[...new Set(notified.map(({ title }) => title))].sort()'))
    .toEqual(['bob', 'carol']);
  expect(await alice.page.evaluate("notified.findLast(({ title }) => title === 'bob').body")).toBe(
    'Call me.',
  );
});

test('notifications are unavailable where only service workers may notify', async () => {
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
  await page.getByText('Notifications are not available in this browser.').waitFor();
});

test('the browser asks for permission only after a click', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url, { as: 'alice' });
  // A headless browser refuses without asking.
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
