import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { chatServerAt, newClients } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startServer } from '../../support/process.ts';

const visit = browserForThisFile();

/** `PICTURES=docs` renews the pictures of the README. */
const FOLDER = fileURLToPath(
  new URL(process.env.PICTURES ? '../../../docs/' : './screenshots/', import.meta.url),
);
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const COLOURS: Record<Theme, [ground: string, text: string, edge: string]> = {
  light: ['#ffffff', '#171a21', '#c8cddb'],
  dark: ['#0d1117', '#e9ebf1', '#3a4150'],
};

/** Takes a picture of the page in each theme. */
async function inBothThemes(page: Page): Promise<Map<Theme, string>> {
  const pictures = new Map<Theme, string>();
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    pictures.set(theme, (await page.screenshot()).toString('base64'));
  }
  return pictures;
}

/** Puts pictures beside each other, each below its caption. */
async function compose(page: Page, theme: Theme, panels: [caption: string, picture?: string][]) {
  const [ground, text, edge] = COLOURS[theme];
  const figures = panels.map(
    ([caption, picture]) =>
      `<figure><figcaption>${caption}</figcaption><img src="data:image/png;base64,${picture}"></figure>`,
  );
  await page.setContent(`
    <!doctype html>
    <style>
      body { margin: 0; padding: 12px; display: flex; gap: 24px; width: max-content; background: ${ground}; color: ${text}; font: 600 16px system-ui, sans-serif }
      figure { margin: 0; display: grid; gap: 10px; justify-items: center }
      img { width: 400px; border: 1px solid ${edge}; border-radius: 14px }
    </style>
    ${figures.join('')}
  `);
  await page.setViewportSize({ width: 900, height: 700 });
  await mkdir(FOLDER, { recursive: true });
  await page.locator('body').screenshot({ path: join(FOLDER, `outage-${theme}.png`) });
}

test('what is written during an outage waits, and is delivered after it', async () => {
  const DATABASE_URL = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL });
  const { bob } = await newClients(chatServerAt(server.url), ['bob']);
  const size = { width: 400, height: 580 };
  const alice = await visit(server.url, {
    as: 'alice',
    viewport: size,
    deviceScaleFactor: 1.5,
    isMobile: true,
    hasTouch: true,
  });
  const { page } = alice;
  await alice.open('bob');
  await page.getByText('No messages yet.').waitFor();
  await bob.send('alice', 'Does the new release go out now?');
  await alice.message('Does the new release').waitFor();
  await alice.write('In a minute. The chat goes down with it.');
  await alice.message('In a minute.', 'stored').waitFor();

  await server.end('SIGKILL');
  await page.getByText("You're offline.").waitFor();
  const meanwhile = [
    'The server is down.',
    'I can still write, and even reload the page.',
    'Three messages are waiting now.',
  ];
  for (const text of meanwhile) {
    await alice.write(text);
    await alice.message(text, 'sending').waitFor();
  }
  const during = await inBothThemes(page);

  await startServer({ DATABASE_URL, PORT: new URL(server.url).port });
  const received = await bob.read().shown(4);
  expect(received.map(({ text }) => text).slice(1)).toEqual(meanwhile);
  await bob.send('alice', 'All three have arrived, in order.');
  await alice.message('All three have arrived').waitFor();
  for (const text of meanwhile) await alice.message(text, 'delivered').waitFor();
  const after = await inBothThemes(page);

  for (const theme of THEMES) {
    await compose(await page.context().newPage(), theme, [
      ['The server has been killed', during.get(theme)],
      ['The server is back', after.get(theme)],
    ]);
  }
});
