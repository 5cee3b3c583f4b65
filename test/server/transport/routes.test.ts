import { expect, test } from 'vitest';
import { sdl } from '../../../schema/index.ts';
import { codes, type Result } from '../../support/ask.ts';
import { newChat } from '../../support/chat.ts';
import { exchange, request, statusIn } from '../../support/raw.ts';

const BROTLI = { headers: { 'accept-encoding': 'br' } };
const QUERY = '/graphql?query=%7B__typename%7D';

test('an unknown request target gets a 4xx, not a fault', async () => {
  const { chat } = await newChat();
  const statuses: Record<string, number> = {
    'GET //': 404,
    'GET //graphql': 404,
    'GET /%': 404,
    'GET /%2e%2e%2fetc%2fpasswd': 404,
    'GET /..%2f': 404,
    'GET /assets/../../package.json': 404,
    'GET /assets/..%5c..%5cpackage.json': 404,
    'GET /graphiql/../package.json': 404,
    'GET /graphql/': 404,
    'GET /graphql/pigeon': 404,
    'GET /__proto__': 404,
    'GET /health': 404,
    'POST /pigeon': 404,
    'GET *': 400,
    'OPTIONS *': 400,
    'GET ftp://127.0.0.1/graphql': 400,
    'PUT /healthz': 405,
    'POST /': 405,
    'TRACE /graphql': 405,
    'DELETE /graphql': 405,
    'BREW /graphql': 400,
    'CONNECT 127.0.0.1:443': 405,
  };
  for (const [line, status] of Object.entries(statuses)) {
    expect([line, statusIn(await exchange(chat.url, request(line)))]).toEqual([line, status]);
  }
});

test('a full URL, HTTP/1.0 and an upgrade to h2c get a normal answer', async () => {
  const { chat } = await newChat();
  const upgrade = ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
  for (const bytes of [
    request(`GET http://127.0.0.1${QUERY}`),
    `GET ${QUERY} HTTP/1.0\r\n\r\n`,
    request(`GET ${QUERY}`, upgrade).replace(
      'Connection: close',
      'Connection: close, Upgrade, HTTP2-Settings',
    ),
  ]) {
    const answer = await exchange(chat.url, bytes);
    expect([statusIn(answer), answer.split('\r\n\r\n')[1]]).toEqual([
      200,
      '{"data":{"__typename":"Query"}}',
    ]);
  }
});

test.each(['a b', '[::1', 'x:99999', '', 'user@host', 'host/path', 'host#'])(
  'the host "%s" gets 400 without a stack',
  async (host) => {
    const { chat } = await newChat();
    const answer = await exchange(chat.url, request(`GET ${QUERY}`).replace('127.0.0.1', host));
    expect(statusIn(answer)).toBe(400);
    expect(answer).not.toMatch(/node_modules|\bat /);
  },
);

test.each(['variables=x', 'extensions=%7B'])(
  'a query over GET with %s gets BAD_USER_INPUT',
  async (parameter) => {
    const { chat } = await newChat();
    const response = await fetch(`${chat.url}${QUERY}&${parameter}`);
    expect(response.status).toBe(400);
    expect(codes((await response.json()) as Result)).toEqual(['BAD_USER_INPUT']);
  },
);

test.each([
  'null',
  '1',
  '"text"',
  '['.repeat(60_000),
  '{"query":"{__typename}"',
  '\0',
  '',
  '\ufeffx',
])('body %# that is not a JSON object is refused without repeating it', async (body) => {
  const { chat } = await newChat();
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${chat.url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  expect([response.status, codes(JSON.parse(text))]).toEqual([400, ['BAD_USER_INPUT']]);
  expect(text.length).toBeLessThan(200);
});

test('an operation in a compressed body gets 415', async () => {
  const { chat } = await newChat();
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const response = await fetch(`${chat.url}/graphql`, { method: 'POST', headers, body: '{}' });
  expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
});

test.each([
  ['a byte order mark', [0xef, 0xbb, 0xbf], 200],
  ['bytes that are not UTF-8', [0xff], 400],
])('a body that begins with %s gets %i', async (_kind, start, status) => {
  const { chat } = await newChat();
  const headers = { 'content-type': 'application/json' };
  const body = Buffer.concat([Buffer.from(start), Buffer.from('{"query":"{__typename}"}')]);
  expect((await fetch(`${chat.url}/graphql`, { method: 'POST', headers, body })).status).toBe(
    status,
  );
});

test('the media type of an operation is case-insensitive', async () => {
  const { chat } = await newChat();
  const headers = { 'content-type': 'APPLICATION/JSON; Charset=UTF-8' };
  const body = '{"query":"{__typename}"}';
  expect((await fetch(`${chat.url}/graphql`, { method: 'POST', headers, body })).status).toBe(200);
});

test('momentary answers are no-store, and all answers nosniff', async () => {
  const { chat } = await newChat();
  for (const path of ['/healthz', '/readyz', '/metrics', '/pigeon', QUERY]) {
    const { headers } = await fetch(chat.url + path);
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
  }
});

test('HEAD answers like GET, and Allow lists the methods', async () => {
  const { chat } = await newChat();
  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/schema.graphql']) {
    const head = await fetch(chat.url + path, { method: 'HEAD' });
    expect([path, head.status, await head.text()]).toEqual([path, 200, '']);
    const remove = await fetch(chat.url + path, { method: 'DELETE' });
    expect([path, remove.status, remove.headers.get('allow')]).toEqual([
      path,
      405,
      'GET, HEAD, OPTIONS',
    ]);
    expect((await fetch(chat.url + path, { method: 'OPTIONS' })).headers.get('allow')).toBe(
      'GET, HEAD, OPTIONS',
    );
  }
});

test('the schema is compressed, and 304 for a client that has it', async () => {
  const { chat } = await newChat();
  const schema = await fetch(`${chat.url}/schema.graphql`, BROTLI);
  expect(schema.headers.get('content-encoding')).toBe('br');
  expect(await schema.text()).toBe(sdl);
  const etag = schema.headers.get('etag') ?? '';
  for (const known of [etag, `"other", ${etag}`, '*']) {
    const again = await fetch(`${chat.url}/schema.graphql`, {
      headers: { 'if-none-match': known },
    });
    expect([known, again.status]).toEqual([known, 304]);
  }
});
