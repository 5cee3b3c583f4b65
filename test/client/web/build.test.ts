import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from '../../../client/web/build.ts';
import { webClient } from '../../../server/transport/web-client.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Serves the page in a folder. */
async function serve(folder: string): Promise<string> {
  const { handle } = webClient(folder);
  const server = createServer(handle).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('concurrent builds make one page with all its assets', async () => {
  const folder = await temporaryFolder();
  const url = await serve(folder);
  expect((await fetch(url)).status).toBe(503);
  await Promise.all([build(folder), build(folder)]);
  const html = await (await fetch(url)).text();
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
  expect(assets.length).toBeGreaterThan(1);
  for (const path of assets)
    expect([path, (await fetch(`${url}/${path}`)).status]).toEqual([path, 200]);
});

test('a build replaces a page of other sources and keeps one of the same sources', async () => {
  const folder = await temporaryFolder();
  await build(folder);
  const url = await serve(folder);
  const first = await (await fetch(url)).text();
  const path = join(folder, 'index.html');
  await writeFile(path, `<p>of other sources</p>`);
  expect(await (await fetch(url)).text()).toBe('<p>of other sources</p>');
  await build(folder);
  expect(await (await fetch(url)).text()).toBe(first);
  await writeFile(path, `<p>by hand</p>${await readFile(path, 'utf8')}`);
  await build(folder);
  expect(await (await fetch(url)).text()).toBe(`<p>by hand</p>${first}`);
});

test('the page loads with at most 120 KB', async () => {
  const folder = await temporaryFolder();
  await build(folder);
  const url = await serve(folder);
  const html = await (await fetch(url)).text();
  const assets = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path);
  expect(assets.length).toBeGreaterThan(1);
  const sizes = await Promise.all(
    ['', ...assets].map(async (path) => {
      const { headers } = await fetch(`${url}/${path}`, { headers: { 'accept-encoding': 'br' } });
      return Number(headers.get('content-length'));
    }),
  );
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(120_000);
});
