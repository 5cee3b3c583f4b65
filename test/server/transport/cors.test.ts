import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { post } from '../../support/ask.ts';
import { newChatWith } from '../../support/chat.ts';

const ELSEWHERE = 'https://elsewhere.example';
const ASKED =
  'authorization, apollo-require-preflight, baggage, content-type, sentry-trace, traceparent';

const chatAllowing = async (origins: string, hops = '0') =>
  (await newChatWith({ settings: { ALLOWED_ORIGINS: origins, PROXY_HOPS: hops } })).chat;

const preflight = (url: string, origin: string, path = '/graphql') =>
  fetch(url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': ASKED,
    },
  });

/** The origin that may read an answer. */
const allowedBy = ({ headers }: Response) => headers.get('access-control-allow-origin');

/** Requests a WebSocket. Resolves with the status of the answer. */
const upgrade = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    socket.once('upgrade', ({ statusCode = 0 }) => resolve(statusCode));
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    socket.on('error', () => {});
    socket.once('open', () => socket.terminate());
  });

test('a preflight of an allowed origin gets every requested header', async () => {
  const { url } = await chatAllowing(`https://other.example, ${ELSEWHERE}`);
  for (const path of ['/graphql', '/schema.graphql']) {
    const response = await preflight(url, ELSEWHERE, path);
    expect([response.status, allowedBy(response)]).toEqual([204, ELSEWHERE]);
    expect(response.headers.get('access-control-allow-headers')).toBe(ASKED);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600);
    expect(response.headers.get('vary')).toBe('origin, access-control-request-headers');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  }
});

test('an allowed origin reads only answers, errors and the schema', async () => {
  const { url } = await chatAllowing(ELSEWHERE);
  const headers = { origin: ELSEWHERE };
  for (const response of [
    await post({ url, query: '{ __typename }' }, headers),
    await post({ url, query: '{' }, headers),
    await fetch(`${url}/graphql`, { method: 'POST', headers, body: 'no JSON' }),
    await fetch(`${url}/schema.graphql`, { headers }),
  ]) {
    expect(allowedBy(response)).toBe(ELSEWHERE);
    expect(response.headers.get('access-control-expose-headers')).toBe('retry-after');
    expect(response.headers.get('vary')).toContain('origin');
  }
  for (const path of ['/metrics', '/healthz', '/'])
    expect(allowedBy(await fetch(url + path, { headers }))).toBeNull();
});

test('another origin gets no CORS header and no socket', async () => {
  const { url } = await chatAllowing(ELSEWHERE);
  const port = new URL(url).port;
  for (const origin of [
    'https://evil.example',
    `${ELSEWHERE}.evil.example`,
    `${ELSEWHERE}:8443`,
    'http://elsewhere.example',
    'null',
    'nonsense',
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
    'http://127.0.0.1',
  ]) {
    const names = [...(await preflight(url, origin)).headers.keys()].filter((name) =>
      name.startsWith('access-'),
    );
    expect([origin, names]).toEqual([origin, []]);
    expect([origin, allowedBy(await post({ url, query: '{ __typename }' }, { origin }))]).toEqual([
      origin,
      null,
    ]);
    expect([origin, await upgrade(url, { origin })]).toEqual([origin, 403]);
  }
});

test('sockets open for its own origin, allowed origins and no origin', async () => {
  const { url } = await chatAllowing(ELSEWHERE);
  expect(await upgrade(url, { origin: url })).toBe(101);
  expect(await upgrade(url, { origin: ELSEWHERE })).toBe(101);
  expect(await upgrade(url, {})).toBe(101);
  expect(await upgrade(url, { origin: 'http://chat.example', host: 'chat.example:80' })).toBe(101);
  expect(await upgrade(url, { origin: 'http://chat.example', host: 'CHAT.example' })).toBe(101);
  expect(await upgrade(url, { origin: 'http://[::1]:4000', host: '[0:0::1]:4000' })).toBe(101);
});

test('Sec-Fetch-Site identifies the own origin when TLS is not visible', async () => {
  const { url } = await chatAllowing('');
  const headers = { host: 'chat.example', origin: 'https://chat.example' };
  expect(await upgrade(url, headers)).toBe(403);
  expect(await upgrade(url, { ...headers, 'sec-fetch-site': 'same-origin' })).toBe(101);
  for (const site of ['same-site', 'cross-site', 'none']) {
    expect([site, await upgrade(url, { ...headers, 'sec-fetch-site': site })]).toEqual([site, 403]);
  }
});

test('* allows every origin, including opaque ones', async () => {
  const { url } = await chatAllowing('*');
  for (const origin of [ELSEWHERE, 'null']) {
    expect(allowedBy(await preflight(url, origin))).toBe('*');
    expect(await upgrade(url, { origin })).toBe(101);
  }
  expect(allowedBy(await fetch(`${url}/schema.graphql`))).toBe('*');
});

test('the own origin is the one that a trusted proxy forwards', async () => {
  const proxied = {
    'x-forwarded-host': 'chat.example',
    'x-forwarded-proto': 'https',
    host: 'parley:4000',
  };
  const { url: direct } = await chatAllowing('');
  expect(await upgrade(direct, { ...proxied, origin: 'https://chat.example' })).toBe(403);
  const { url } = await chatAllowing('', '1');
  expect(await upgrade(url, { ...proxied, origin: 'https://chat.example' })).toBe(101);
  expect(await upgrade(url, { ...proxied, origin: 'http://chat.example' })).toBe(403);
  expect(await upgrade(url, { ...proxied, origin: 'https://evil.example' })).toBe(403);
  // A proxy that does not forward the scheme may terminate TLS.
  expect(await upgrade(url, { host: 'chat.example', origin: 'https://chat.example' })).toBe(101);
});
