import fc from 'fast-check';
import { test } from 'vitest';
import { checkRaw } from './answer.ts';
import { connectRaw, type Ending, exchange, HANDSHAKE, message, request } from './raw.ts';
import { type Target, withstands } from './target.ts';

const HOST = ['Host', '127.0.0.1'] as const;
const JSON_TYPE = ['Content-Type', 'application/json'] as const;

function post(query: string, accept: string): Buffer {
  const body = Buffer.from(JSON.stringify({ query }));
  const length = String(body.length);
  const headers = [HOST, JSON_TYPE, ['Accept', accept], ['Content-Length', length]] as const;
  return request('POST', '/graphql', headers, body);
}

/** Valid exchanges, to be broken off after each byte. */
const EXCHANGES: readonly Buffer[] = [
  post('{ server { version } }', 'application/json'),
  post('subscription { presenceChanged(of: ["alice"]) { online } }', 'text/event-stream'),
  Buffer.concat([
    HANDSHAKE,
    message({ type: 'connection_init' }),
    message({ type: 'subscribe', id: '1', payload: { query: '{ server { version } }' } }),
    message({ type: 'ping' }),
    message({
      type: 'subscribe',
      id: '2',
      payload: { query: 'subscription { presenceChanged(of: ["alice"]) { online } }' },
    }),
    message({ type: 'complete', id: '2' }),
  ]),
  request('GET', '/nope', [HOST, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']]),
];

/** Sends bytes and leaves, at once or after the first bytes of the response. */
async function breakOff({ port }: Target, bytes: Buffer, ending: Ending, reads: boolean) {
  const connection = await connectRaw(port);
  connection.write(bytes);
  if (reads) await connection.receives((received) => received.length > 0);
  checkRaw(await connection.leave(ending));
}

test('a reset or FIN after any byte of an exchange does no harm', () =>
  withstands(async (target) => {
    for (const bytes of EXCHANGES) {
      for (const ending of ['reset', 'end'] as const) {
        for (let length = 0; length <= bytes.length; length += 1) {
          await breakOff(target, bytes.subarray(0, length), ending, false);
        }
        await breakOff(target, bytes, ending, true);
      }
    }
  }));

test('random bytes do no harm', () =>
  withstands(async ({ port, seed }) => {
    const anything = fc.tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([HANDSHAKE, bytes])),
        fc.string({ unit: 'grapheme', maxLength: 500 }).map((text) => Buffer.from(text)),
      ),
      fc.constantFrom<Ending>('reset', 'end'),
    );
    await fc.assert(
      fc.asyncProperty(anything, async ([bytes, ending]) =>
        checkRaw(await exchange(port, bytes, ending)),
      ),
      { seed, numRuns: 150 },
    );
  }));

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PATCH',
  'QUERY',
  'get',
  'É',
  '',
];
const TARGETS = [
  ...[
    '/',
    '/graphql',
    '/healthz',
    '/readyz',
    '/metrics',
    '/schema.graphql',
    '/nope',
    '*',
    '',
    '//',
    '/..',
    '/%2e%2e/',
  ],
  ...[
    '/../../etc/passwd',
    '/%00',
    '/%',
    '/graphql?query=%',
    '/graphql?query={__typename}',
    '/graphql?query=%7B%FF',
  ],
  ...[
    'http://elsewhere.example/graphql',
    'http://[',
    '//[::',
    '/constructor',
    '/__proto__',
    `/${'a'.repeat(9_000)}`,
  ],
];
const HEADERS: readonly (readonly [string, string])[] = [
  HOST,
  JSON_TYPE,
  ...['', '127.0.0.1', '[', 'a b', '\xff', 'a'.repeat(5_000)].map(
    (value) => ['Host', value] as const,
  ),
  ...['0', '1', '-1', '99999999999999999999', 'ten', '5, 6', '0x10'].map(
    (value) => ['Content-Length', value] as const,
  ),
  ...['chunked', 'chunked, chunked', 'gzip', 'identity', '\x0bchunked'].map(
    (it) => ['Transfer-Encoding', it] as const,
  ),
  ...['Upgrade', 'close', 'keep-alive, Upgrade', 'TE', ','].map(
    (value) => ['Connection', value] as const,
  ),
  ...['websocket', 'h2c', 'websocket, h2c', ''].map((value) => ['Upgrade', value] as const),
  ...['13', '12', 'x', '13, 8'].map((value) => ['Sec-WebSocket-Version', value] as const),
  ...['dGhlIHNhbXBsZSBub25jZQ==', 'x', ''].map((value) => ['Sec-WebSocket-Key', value] as const),
  ...['graphql-transport-ws', 'graphql-ws', ',', ' '].map(
    (value) => ['Sec-WebSocket-Protocol', value] as const,
  ),
  ...['permessage-deflate; x=', '(', 'a;;'].map(
    (value) => ['Sec-WebSocket-Extensions', value] as const,
  ),
  ...['text/event-stream', 'text/html', 'x', '*/*;q=', ''].map(
    (value) => ['Accept', value] as const,
  ),
  ...['Bearer', 'Bearer ', 'Basic Og==', `Bearer ${'x'.repeat(5_000)}`, '\xe9'].map(
    (it) => ['Authorization', it] as const,
  ),
  ...['null', 'http://elsewhere.example', 'x', ''].map((value) => ['Origin', value] as const),
  ...['1.2.3.4', '::', '[::1]:1', 'x, y', ','].map((value) => ['X-Forwarded-For', value] as const),
  ...['100-continue', '200-ok'].map((value) => ['Expect', value] as const),
  ...['gzip', 'br', 'x'].map((value) => ['Content-Encoding', value] as const),
  ...['W/"', '*', '"x"'].map((value) => ['If-None-Match', value] as const),
  ...['bytes=0-', 'bytes=9-1'].map((value) => ['Range', value] as const),
  ['X-Large', 'x'.repeat(20_000)],
  ['__proto__', 'x'],
  ['Bad Name', 'x'],
  ['Folded', 'x\r\n y'],
  ['Smuggled', 'x\r\n\r\nGET /healthz HTTP/1.1'],
];
const BODIES = [
  '',
  '{}',
  '{"query":"{__typename}"}',
  '5\r\nhello\r\n0\r\n\r\n',
  'fffffffffffffffff\r\n',
  'g\r\n',
  '0\r\n',
];

const requests = fc.array(
  fc
    .tuple(
      fc.constantFrom(...METHODS),
      fc.oneof(fc.constantFrom(...TARGETS), fc.webPath()),
      fc.array(fc.constantFrom(...HEADERS), { maxLength: 8 }),
      fc.constantFrom(...BODIES),
    )
    .map(([method, target, headers, body]) => request(method, target, headers, Buffer.from(body))),
  { minLength: 1, maxLength: 3 },
);
/** A change of one byte, for faults that no list of headers has. */
const mutation = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })));

test('malformed and pipelined HTTP does no harm', () =>
  withstands(async ({ port, seed }) => {
    const ending = fc.constantFrom<Ending>('reset', 'end', 'end');
    await fc.assert(
      fc.asyncProperty(requests, mutation, ending, async (pipelined, changed, how) => {
        const bytes = Buffer.concat(pipelined);
        if (changed) bytes[changed[0] % bytes.length] = changed[1];
        checkRaw(await exchange(port, bytes, how));
      }),
      { seed, numRuns: 250 },
    );
  }));
