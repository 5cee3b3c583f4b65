import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAnswer } from './answer.ts';
import { type Target, withstands } from './target.ts';

const QUERY = '{ server { version } }';
/** Expected statuses. 429 is not among them: the limits of an address are lifted. */
const STATUSES = [200, 400, 404, 405, 406, 413, 415, 422];

/** Posts a body and checks the response. Resolves with the answer in it, if it is JSON. */
async function post(
  { url }: Target,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: Buffer.from(body as string),
  });
  return answerOf(response);
}

async function answerOf(response: Response) {
  const text = await response.text();
  expect(STATUSES, text).toContain(response.status);
  if (text === '' || !response.headers.get('content-type')?.includes('json')) return undefined;
  return checkAnswer(JSON.parse(text));
}

const brackets = '['.repeat(30_000);
/** Bodies that are not a valid request, one of each kind. */
const NO_REQUESTS: Record<string, string | Uint8Array> = {
  nothing: '',
  'half of a request': '{"query":"{ server',
  'nested brackets': brackets,
  'nested arrays': `${brackets}${']'.repeat(30_000)}`,
  'nested objects': '{"a":'.repeat(12_000),
  'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'UTF-16': Buffer.from(JSON.stringify({ query: QUERY }), 'utf16le'),
  NUL: '\0',
  'JSON twice': `{"query":"${QUERY}"}{"query":"${QUERY}"}`,
  'no JSON': '{query:"{ server { version } }"}',
  NaN: '{"query":NaN}',
  null: 'null',
  'a number': '1e999',
  'a string': JSON.stringify(QUERY),
  'a batch': JSON.stringify([{ query: QUERY }, { query: QUERY }]),
  'no query': '{}',
  'a prototype': '{"__proto__":{"query":"{ server { version } }"}}',
  'too much': JSON.stringify({ query: QUERY, more: 'x'.repeat(70_000) }),
  'a document of brackets': JSON.stringify({ query: '{'.repeat(8_000) }),
  'a document of spreads': JSON.stringify({ query: '{...a} fragment a on Query {...a}' }),
  'a document of NUL': JSON.stringify({ query: '\0' }),
  'a hash alone': JSON.stringify({
    extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } },
  }),
};

/** JSON of a request in which each part may be anything. */
const anyJson = fc.jsonValue({ maxDepth: 3 });
const nasty = fc.oneof(
  anyJson,
  fc.constantFrom<unknown>(
    '\ud800',
    '\0',
    '\u2028',
    1e308,
    -0,
    2 ** 53,
    2 ** 31,
    '9'.repeat(400),
    'x'.repeat(9_000),
  ),
  fc
    .constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty')
    .map((key) => ({ [key]: key })),
);
const requests = fc.record(
  {
    query: fc.oneof(
      fc.constantFrom(QUERY, 'query($a: String) { accounts(matching: $a) { edges { cursor } } }'),
      nasty,
    ),
    variables: fc.oneof(nasty, fc.dictionary(fc.constantFrom('a', '__proto__', ''), nasty)),
    operationName: nasty,
    extensions: fc.oneof(
      nasty,
      fc.dictionary(fc.constantFrom('persistedQuery', 'headers', '__proto__'), nasty),
    ),
    [`${'__proto__'}`]: nasty,
  },
  { requiredKeys: ['query'] },
);

test('an invalid body gets a well-formed answer without data', () =>
  withstands(async (target) => {
    for (const [kind, body] of Object.entries(NO_REQUESTS)) {
      expect((await post(target, body))?.errors, kind).toBeDefined();
      await post(target, body, { accept: 'text/event-stream' });
    }
  }));

test('a random JSON body gets a well-formed answer', () =>
  withstands(async (target) => {
    const { seed } = target;
    const accept = fc.constantFrom(
      'application/json',
      'application/graphql-response+json',
      '*/*',
      'text/html',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(requests, anyJson, fc.array(requests, { maxLength: 3 })),
        accept,
        async (body, type) => {
          await post(target, JSON.stringify(body), { accept: type });
        },
      ),
      { seed, numRuns: 150 },
    );
  }));

const BOUNDARY = 'x';
const OPERATIONS = JSON.stringify({ query: QUERY });
/** Bodies in other media types and codings, with their headers. */
const OTHER_FORMS: readonly (readonly [
  type: string,
  body: string | Uint8Array,
  more?: Record<string, string>,
])[] = [
  ['application/x-www-form-urlencoded', `query=${encodeURIComponent(QUERY)}`],
  ['multipart/form-data', OPERATIONS],
  [
    `multipart/form-data; boundary=${BOUNDARY}`,
    `--x\r\ncontent-disposition: form-data; name=operations\r\n\r\n${OPERATIONS}\r\n--x--`,
  ],
  [`multipart/form-data; boundary=${BOUNDARY}`, '--x\r\n'.repeat(2_000)],
  ['application/graphql', QUERY],
  ['text/plain', OPERATIONS],
  ['text/json', OPERATIONS],
  ['', OPERATIONS],
  ['application/json-seq', OPERATIONS],
  ['application/octet-stream', Buffer.from([0xff])],
  ['application/json', gzipSync(OPERATIONS), { 'content-encoding': 'gzip' }],
  ['application/json', gzipSync('x'.repeat(10_000_000)), { 'content-encoding': 'gzip' }],
  ['application/json', gzipSync(OPERATIONS).subarray(0, 20), { 'content-encoding': 'gzip' }],
  ['application/json', OPERATIONS, { 'content-encoding': 'gzip' }],
  ['application/json', OPERATIONS, { 'content-encoding': 'br, deflate, x' }],
];

test('an operation of another media type or coding is not run', () =>
  withstands(async (target) => {
    for (const [type, body, more] of OTHER_FORMS) {
      expect(
        (await post(target, body, { 'content-type': type, ...more }))?.data,
        type,
      ).toBeUndefined();
    }
  }));

test('a random query string gets a well-formed answer', () =>
  withstands(async ({ url, seed }) => {
    const value = fc.oneof(
      fc.constant(QUERY),
      fc.string({ unit: 'binary' }),
      anyJson.map((json) => JSON.stringify(json)),
    );
    const parameters = fc.array(
      fc.tuple(
        fc.constantFrom('query', 'variables', 'operationName', 'extensions', '__proto__', ''),
        value,
      ),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(parameters, async (pairs) => {
        const query = pairs
          .map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`)
          .join('&');
        const response = await fetch(`${url}/graphql?${query}`, {
          headers: { accept: 'application/json' },
        });
        await answerOf(response);
      }),
      { seed, numRuns: 100 },
    );
  }));
