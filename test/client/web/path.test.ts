import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';
import { newPathProxy } from '../../support/path-proxy.ts';

const visit = browserForThisFile();

test('the page works at a path of its origin, and keeps its storage apart', async () => {
  const { chat, bob } = await newChat('bob');
  const url = await newPathProxy(chat.url, '/chat');
  const alice = await visit(`${url}/`);
  const { page } = alice;
  const stray: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) stray.push(request.url());
  });
  const schema = page.getByRole('link', { name: 'API schema' });
  const href = (await schema.getAttribute('href')) ?? '';
  expect(new URL(href, page.url()).href).toBe(`${url}/schema.graphql`);
  await alice.create('alice');
  await alice.page.getByText('Connected').waitFor();
  await bob.send('alice', 'Are you there?');
  await alice.open('bob');
  expect(page.url()).toBe(`${url}/#/bob`);
  await alice.write('Yes');
  await alice.message('Yes', 'stored').waitFor();

  await page.getByRole('button', { name: 'Account alice' }).click();
  await page.getByRole('radio', { name: 'dark' }).check();
  await page.reload();
  await alice.message('Yes').waitFor();
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  const keys = (await page.evaluate('Object.keys(localStorage)')) as string[];
  expect(keys).toContain('parley/chat:session');
  expect(keys.filter((key) => !key.startsWith('parley/chat:'))).toEqual([]);

  const session = await page.context().newCDPSession(page);
  const { manifest } = await session.send('Page.getAppManifest');
  expect(manifest).toMatchObject({ id: `${url}/`, scope: `${url}/`, startUrl: `${url}/` });
  const icons = manifest?.icons ?? [];
  for (const icon of icons) expect((await fetch(icon.url)).status).toBe(200);
  expect(icons.length).toBeGreaterThan(0);
  expect(stray).toEqual([]);
});
