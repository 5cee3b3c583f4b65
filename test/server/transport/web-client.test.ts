import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newChat } from '../../support/chat.ts';

const COMPRESSED_LIMIT = 120 * 1024;

const assetsIn = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

test('the page allows only its own scripts, and no framing', async () => {
  const { chat } = await newChat();
  const response = await fetch(chat.url);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await response.text()).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/);
});

test('the page is revalidated each time, and hashed assets are immutable', async () => {
  const { chat } = await newChat();
  const page = await fetch(chat.url);
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const again = await fetch(chat.url, {
    headers: { 'if-none-match': page.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  for (const path of assetsIn(await page.text())) {
    const asset = await fetch(chat.url + path);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  }
  expect((await fetch(`${chat.url}/assets/nothing.js`)).status).toBe(404);
  expect((await fetch(`${chat.url}/assets/../../package.json`)).status).not.toBe(200);
});

test.each(['br', 'gzip', 'identity'])(
  'a client that accepts %s gets the same script',
  async (coding) => {
    const { chat } = await newChat();
    const [script = ''] = assetsIn(await (await fetch(chat.url)).text()).filter((path) =>
      path.endsWith('.js'),
    );
    const plain = await (
      await fetch(chat.url + script, { headers: { 'accept-encoding': 'identity' } })
    ).text();
    const response = await fetch(chat.url + script, { headers: { 'accept-encoding': coding } });
    expect(response.headers.get('content-encoding') ?? 'identity').toBe(coding);
    expect(await response.text()).toBe(plain);
  },
);

test('the first load is under 120 KB of compressed JavaScript', async () => {
  const { chat } = await newChat();
  const scripts = assetsIn(await (await fetch(chat.url)).text()).filter((path) =>
    path.endsWith('.js'),
  );
  expect(scripts.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const path of scripts) bytes += gzipSync(await (await fetch(chat.url + path)).text()).length;
  expect(bytes).toBeLessThan(COMPRESSED_LIMIT);
});
