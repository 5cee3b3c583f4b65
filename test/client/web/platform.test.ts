import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

const GROUND = 'getComputedStyle(document.documentElement).backgroundColor';
const [LIGHT, DARK] = ['rgb(243, 244, 247)', 'rgb(18, 20, 25)'];

test('a chosen theme applies in every tab, and before the first paint of a reload', async () => {
  const { chat } = await newChat();
  const alice = await visit(chat.url, { as: 'alice', colorScheme: 'light' });
  const { page } = alice;
  const second = await page.context().newPage();
  await second.goto(chat.url);
  await page.getByRole('button', { name: 'Account alice' }).click();
  await page.getByRole('radio', { name: 'dark' }).check();
  for (const tab of [page, second]) await expect.poll(() => tab.evaluate(GROUND)).toBe(DARK);
  expect(await page.locator('#theme-color-dark').getAttribute('media')).toBe('all');
  // The page as it is until its script has loaded.
  await page.route('**/assets/index-*.js', (route) => route.abort());
  await page.reload();
  expect(await page.evaluate(GROUND)).toBe(DARK);
  alice.errors.length = 0;

  await second.getByRole('button', { name: 'Account alice' }).click();
  await second.getByRole('radio', { name: 'system' }).check();
  await expect.poll(() => second.evaluate(GROUND)).toBe(LIGHT);
  await second.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => second.evaluate(GROUND)).toBe(DARK);
});

test('the page is an app that can be installed', async () => {
  const { chat } = await newChat();
  const { page } = await visit(chat.url);
  const session = await page.context().newCDPSession(page);
  const { url, errors, data = '' } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('application/manifest+json');
  const { icons, start_url: start } = JSON.parse(data);
  expect(new URL(start, url).href).toBe(`${chat.url}/`);
  for (const { src, sizes } of icons) {
    const size = await page.evaluate(
      `new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth + 'x' + image.naturalHeight);
        image.onerror = reject;
        image.src = ${JSON.stringify(new URL(src, url).href)};
      })`,
    );
    expect(size).toBe(sizes);
  }
});

test('the icon of the tab has a dot while something is unread', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  const icon = () => alice.page.locator('link[rel="icon"]').getAttribute('href');
  await alice.page.getByText('Connected').waitFor();
  expect(await icon()).not.toContain('unread');
  await bob.send('alice', 'Are you there?');
  await expect.poll(icon).toContain('unread');
  await alice.open('bob');
  await expect.poll(icon).not.toContain('unread');
});

test('a draft is shown in the list while its conversation is closed', async () => {
  const { chat, bob } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  await bob.send('alice', 'Are you there?');
  await alice.open('bob');
  await alice.composer.fill('Nearly');
  const preview = alice.person('bob').locator('.person-last');
  expect(await preview.textContent()).toBe('Are you there?');
  await alice.open('carol');
  expect(await preview.textContent()).toBe('Draft: Nearly');
  await alice.composer.fill('Hello');
  await alice.page.reload();
  await alice.open('bob');
  expect(await alice.person('carol').locator('.person-last').textContent()).toBe('Draft: Hello');
  await alice.write('Nearly there');
  await expect.poll(() => preview.textContent()).toBe('You: Nearly there');
});

test('a document from right to left is mirrored', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  const { page } = alice;
  await page.evaluate("document.documentElement.dir = 'rtl'");
  await bob.send('alice', 'متى الغداء؟');
  await alice.open('bob');
  await alice.write('בשעה אחת');
  await alice.message('בשעה אחת', 'stored').waitFor();
  const leftOf = async (selector: string) =>
    (await page.locator(selector).first().boundingBox())?.x ?? Number.NaN;
  expect(await leftOf('nav')).toBeGreaterThan(await leftOf('main'));
  expect(await leftOf('.message[data-mine="false"] .message-bubble')).toBeGreaterThan(
    await leftOf('.message[data-mine="true"] .message-bubble'),
  );
  expect(await leftOf('.composer textarea')).toBeGreaterThan(await leftOf('.composer button'));
  await page.getByRole('button', { name: 'Account alice' }).click();
  const { x = 0, width = 0 } = (await page.locator('.account-menu').boundingBox()) ?? {};
  const button = await page.locator('.account-menu-button').boundingBox();
  expect(Math.round(x + width)).toBe(Math.round((button?.x ?? 0) + (button?.width ?? 0)));
  await alice.screenshot('right-to-left');
  await page.setViewportSize({ width: 320, height: 640 });
  await alice.screenshot('right-to-left-320');
  expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(320);
  expect(await page.evaluate('document.scrollingElement.scrollLeft')).toBe(0);
});
