import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { codes, post } from '../../support/ask.ts';
import { newChatWith } from '../../support/chat.ts';
import { metricsOf, startServer } from '../../support/process.ts';
import { closed, exchange, openConnection, request, statusIn } from '../../support/raw.ts';

const POST = 'POST /graphql';
const JSON_TYPE = 'Content-Type: application/json';
/** A body of 256 MB: far more than piles up before the garbage collector runs. */
const PIECE = 'x'.repeat(65_536);
const PIECES = 4_000;

/** A request that is answered before its body has arrived, on a keep-alive connection. */
const KEPT_POST = 'POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n{';
const SUBSCRIBE = JSON.stringify({
  query: 'subscription { presenceChanged(of: ["alice"]) { username } }',
});

/** Sends a piece repeatedly until the server closes the connection. */
function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 50);
  socket.once('close', () => clearInterval(timer));
}

test.each([
  ['nothing', '', ''],
  ['half of the headers', 'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ', 'x'],
  ['half of a body', request(POST, [JSON_TYPE, 'Content-Length: 60000'], '{'), ' '],
  [
    'half of a body in chunks',
    request(POST, [JSON_TYPE, 'Transfer-Encoding: chunked'], '1\r\n{\r\n'),
    '1\r\n \r\n',
  ],
  ['the body of an answered request', KEPT_POST, ' '],
])('a client that sends %s slowly is disconnected', async (_kind, start, piece) => {
  const { chat } = await newChatWith({ limits: { headerSeconds: 1, bodySeconds: 1 } });
  const socket = await openConnection(chat.url);
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.write(start);
  if (piece !== '') drip(socket, piece);
  await closed(socket);
  expect(start === '' ? 408 : statusIn(received)).toBe(
    start.startsWith('POST /healthz') ? 405 : 408,
  );
  expect((await post({ url: chat.url, query: '{ __typename }' })).status).toBe(200);
});

test('Keep-Alive states the configured timeout', async () => {
  const { chat } = await newChatWith({ limits: { keepAliveSeconds: 1 } });
  const answer = await exchange(chat.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(answer).toMatch(/^Keep-Alive: timeout=1\r$/m);
});

test('an answer that is not read is abandoned', async () => {
  const { chat } = await newChatWith({
    limits: { headerSeconds: 1, bodySeconds: 1, keepAliveSeconds: 4 },
  });
  const socket = await openConnection(chat.url);
  socket.pause();
  socket.write(request('GET /graphiql/graphiql.js'));
  // Reading too early would keep the answer alive. An idle connection closes after the timeout.
  await (await fetch(`${chat.url}/graphiql/graphiql.js`)).text();
  await exchange(chat.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  let bytes = 0;
  socket.on('data', ({ length }) => {
    bytes += length;
  });
  socket.resume();
  await closed(socket);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(5_000_000);
});

test.each([
  ['length', `Content-Length: ${PIECES * PIECE.length}`, PIECE, ''],
  [
    'chunks',
    'Transfer-Encoding: chunked',
    `${PIECE.length.toString(16)}\r\n${PIECE}\r\n`,
    '0\r\n\r\n',
  ],
])(
  'a body over the limit, framed by %s, gets 413 and is dropped',
  async (_kind, framing, piece, end) => {
    const server = await startServer({
      PORT: '0',
      DATABASE_URL: 'file::memory:',
      LOG_LEVEL: 'error',
    });
    const memory = async () => (await metricsOf(server.url))('process_resident_memory_bytes');
    const upload = async () => {
      const socket = await openConnection(server.url);
      let received = '';
      socket.on('data', (data) => {
        received += data;
      });
      socket.write(request(POST, [JSON_TYPE, framing]).replace('Connection: close\r\n', ''));
      for (let sent = 0; sent < PIECES; sent += 1)
        if (!socket.write(piece)) await once(socket, 'drain');
      socket.write(`${end}${request('GET /healthz')}`);
      await closed(socket);
      return received;
    };
    await upload();
    const before = await memory();
    const answer = await upload();
    expect(statusIn(answer)).toBe(413);
    expect(codes(JSON.parse(/{.*}/.exec(answer)?.[0] ?? ''))).toEqual(['LIMIT_EXCEEDED']);
    expect(answer).toContain('alive');
    expect((await memory()) - before).toBeLessThan((PIECES * PIECE.length) / 2);
  },
);

const AT = {
  'before anything is sent': '',
  'after half of the headers': 'GET / HTTP/1.1\r\nHost:',
  'after half of the body': request(POST, [JSON_TYPE, 'Content-Length: 100'], '{"query":'),
  'after the request': request(POST, [JSON_TYPE, 'Content-Length: 24'], '{"query":"{__typename}"}'),
  'after a refused request': request('GET /pigeon'),
  'after invalid HTTP': 'no HTTP\r\n\r\n',
  'after a CONNECT': request('CONNECT a:443'),
  'after an upgrade': request('GET /pigeon', ['Upgrade: websocket']).replace('close', 'Upgrade'),
  'during an event stream': request(
    POST,
    [JSON_TYPE, 'Accept: text/event-stream', `Content-Length: ${SUBSCRIBE.length}`],
    SUBSCRIBE,
  ),
  'during a large answer': request('GET /graphiql/graphiql.js'),
};

test('a connection reset at any point is not a fault', async () => {
  const server = await startServer({
    PORT: '0',
    DATABASE_URL: 'file::memory:',
    LOG_LEVEL: 'error',
  });
  await (await fetch(`${server.url}/graphiql/graphiql.js`)).text();
  for (const bytes of Object.values(AT)) {
    for (const answered of [false, true]) {
      const socket = await openConnection(server.url);
      if (bytes !== '') await new Promise((sent) => socket.write(bytes, sent));
      // Half a request gets no answer to wait for; another request gives the server time to read.
      if (answered) await fetch(`${server.url}/healthz`);
      socket.resetAndDestroy();
    }
  }
  expect((await post({ url: server.url, query: '{ __typename }' })).status).toBe(200);
  expect(server.stderr()).toBe('');
});
