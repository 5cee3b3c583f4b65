import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { TOUR } from '../../../client/graphiql/tour.ts';
import { schema } from '../../../schema/index.ts';
import { newChat, newChatWith } from '../../support/chat.ts';

const BROTLI = { headers: { 'accept-encoding': 'gzip, br' } };
const BROWSER = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

/** The addresses of the files in the page. */
const filesOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);

test('GraphiQL is a small page, which a browser asks for again each time', async () => {
  const { chat } = await newChat();
  const page = await fetch(`${chat.url}/graphql`, BROWSER);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('vary')).toContain('accept');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toMatch(/script-src 'self';/);
  expect((await page.text()).length).toBeLessThan(2_000);
  const known = { 'if-none-match': page.headers.get('etag') ?? '' };
  const again = await fetch(`${chat.url}/graphql`, { headers: { ...BROWSER.headers, ...known } });
  expect(again.status).toBe(304);
});

test('files of GraphiQL are compressed, and cached for a year under their version', async () => {
  const { chat } = await newChat();
  const html = await (await fetch(`${chat.url}/graphql`, BROWSER)).text();
  const paths = filesOf(html);
  const names = paths.map((path) => path.split('/').at(-1));
  expect(names).toEqual(['icon.svg', 'graphiql.css', 'graphql-ws.js', 'main.ts', 'graphiql.js']);
  for (const path of paths) {
    const file = await fetch(`${chat.url}/${path}`, BROTLI);
    expect([path, file.status, file.headers.get('content-encoding')]).toEqual([path, 200, 'br']);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Number(file.headers.get('content-length'))).toBeLessThan(1_500_000);
    await file.text();
  }
});

test('a module of GraphiQL is served as JavaScript', async () => {
  const { chat } = await newChat();
  const html = await (await fetch(`${chat.url}/graphql`, BROWSER)).text();
  const path = filesOf(html).find((each) => each.endsWith('main.ts'));
  const module = await fetch(`${chat.url}/${path}`);
  expect(module.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await module.text()).not.toContain('declare const');
});

test('a file of another version of GraphiQL is not cached, an unknown one is 404', async () => {
  const { chat } = await newChat();
  const other = await fetch(`${chat.url}/graphiql/other/main.ts`);
  expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'no-store']);
  for (const path of ['main.ts', 'other/none.ts', 'other/main.ts/more', ''])
    expect([path, (await fetch(`${chat.url}/graphiql/${path}`)).status]).toEqual([path, 404]);
});

test('the tour of GraphiQL is valid', () => {
  for (const document of TOUR) expect(validate(schema, parse(document))).toEqual([]);
});

test('without GraphiQL a browser gets the same answer as any client', async () => {
  const { chat } = await newChatWith({ settings: { GRAPHIQL: 'false' } });
  const asked = await fetch(`${chat.url}/graphql?query=%7B__typename%7D`, BROWSER);
  expect(await asked.json()).toEqual({ data: { __typename: 'Query' } });
  const page = await fetch(`${chat.url}/graphql`, BROWSER);
  expect(page.headers.get('content-type')).toMatch(/json/);
  expect((await fetch(`${chat.url}/graphiql/any/graphiql.js`)).status).toBe(404);
});
