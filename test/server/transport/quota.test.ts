import { connect, type Socket } from 'node:net';
import { CloseCode } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { codes, overHttp, post, type Result } from '../../support/ask.ts';
import { newChatWith } from '../../support/chat.ts';
import { metricsOf } from '../../support/process.ts';
import { overEvents } from '../../support/stream.ts';
import { openWire } from '../../support/wire.ts';

const ASK = '{ __typename }';
const THROUGH_PROXY = { PROXY_HOPS: '1' };
const from = (address: string) => ({ 'x-forwarded-for': address });

/** Opens a raw socket. Resolves with the HTTP status if the server refuses. */
const upgrade = (url: string, headers: Record<string, string> = {}) =>
  new Promise<WebSocket | number>((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      resolve(statusCode ?? 0);
    });
    socket.on('error', () => {});
  });

test('an address over its rate gets Retry-After, and others are served', async () => {
  const limits = { maxOperationsPerSecondPerAddress: 1 };
  const { chat } = await newChatWith({ limits, settings: THROUGH_PROXY });
  const ask = (address: string) => post({ url: chat.url, query: ASK }, from(address));
  const read = () => fetch(`${chat.url}/metrics`, { headers: from('192.0.2.1') });
  const many = await Promise.all(
    Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? ask('192.0.2.1') : read())),
  );
  expect(many.some(({ status }) => status === 200)).toBe(true);
  const refused = many.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(10);
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toContain('1');
  expect(codes((await refused[0]?.json()) as Result)).toEqual(['LIMIT_EXCEEDED']);
  expect((await ask('192.0.2.2')).status).toBe(200);
  await expect.poll(async () => (await ask('192.0.2.1')).status, { timeout: 5_000 }).toBe(200);
});

test('the sockets of an address share its rate limit', async () => {
  const { chat } = await newChatWith({ limits: { maxOperationsPerSecondPerAddress: 10 } });
  const wires = await Promise.all([openWire(chat.url, undefined), openWire(chat.url, undefined)]);
  // Read all at once, these are ten seconds ahead of the rate.
  for (const wire of wires) for (let n = 0; n < 50; n += 1) wire.ask(String(n), ASK);
  for (const wire of wires) await wire.received(({ type }) => type === 'next', 50);
  expect((await post({ url: chat.url, query: ASK })).status).toBe(429);
});

test('requests in progress are limited per address, streams included', async () => {
  const { chat, alice } = await newChatWith(
    { limits: { maxOperationsPerAddress: 2 }, settings: THROUGH_PROXY },
    'alice',
  );
  const streams = await Promise.all(
    [1, 2].map(() => overEvents({ url: chat.url, token: alice.token })),
  );
  const third = await post({ url: chat.url, query: ASK });
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1']);
  expect(codes((await third.json()) as Result)).toEqual(['LIMIT_EXCEEDED']);
  expect((await post({ url: chat.url, query: ASK }, from('192.0.2.2'))).status).toBe(200);
  streams[0]?.destroy();
  await expect.poll(async () => (await post({ url: chat.url, query: ASK })).status).toBe(200);
});

test('operations in progress are limited per socket, without subscriptions', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxOperationsPerSocket: 3 } }, 'alice');
  const wire = await openWire(chat.url, alice.token);
  wire.ask('mailbox', 'subscription { messageReceived { text } }');
  await expect.poll(() => chat.app.services.bell.listeners).toBe(2);
  // In one piece, so that all arrive before the first is answered.
  const socket = (wire.socket as unknown as { _socket: import('node:net').Socket })._socket;
  socket.cork();
  for (let n = 0; n < 10; n += 1) wire.ask(String(n), '{ viewer { username } }');
  socket.uncork();
  const answers = await wire.received(
    ({ id, type }) => id !== 'mailbox' && (type === 'next' || type === 'error'),
    10,
  );
  const refused = answers.filter(({ type }) => type === 'error');
  expect(refused.length).toBe(7);
  expect(refused[0]).toMatchObject({ payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
  wire.ask('after', '{ viewer { username } }');
  expect((await wire.received(({ id }) => id === 'after'))[0]).toMatchObject({ type: 'next' });
  await alice.send('alice', 'still there');
  expect(await wire.received(({ id }) => id === 'mailbox')).toMatchObject([{ type: 'next' }]);
});

test('a reused id does not evade the limit of operations per socket', async () => {
  const { chat } = await newChatWith({ limits: { maxOperationsPerSocket: 3 } });
  const wire = await openWire(chat.url, undefined);
  const socket = (wire.socket as unknown as { _socket: import('node:net').Socket })._socket;
  socket.cork();
  for (let n = 0; n < 9; n += 1) {
    wire.ask('1', '{ accounts { edges { cursor } } }');
    wire.socket.send(JSON.stringify({ type: 'complete', id: '1' }));
  }
  wire.ask('last', ASK);
  socket.uncork();
  expect(await wire.received(({ id }) => id === 'last')).toMatchObject([{ type: 'error' }]);
});

test('sockets are limited per address, until one closes', async () => {
  const { chat } = await newChatWith({
    limits: { maxSocketsPerAddress: 2 },
    settings: THROUGH_PROXY,
  });
  const [first, second] = [await upgrade(chat.url), await upgrade(chat.url)];
  expect(await upgrade(chat.url)).toBe(429);
  const other = await upgrade(chat.url, from('2001:db8::1'));
  expect(other).toBeInstanceOf(WebSocket);
  (first as WebSocket).terminate();
  await expect.poll(() => upgrade(chat.url)).toBeInstanceOf(WebSocket);
  for (const socket of [second, other]) (socket as WebSocket).terminate();
});

test('sockets are limited per account, and one too many closes with 1013', async () => {
  const { chat, alice, bob } = await newChatWith(
    { limits: { maxSocketsPerAccount: 3 } },
    'alice',
    'bob',
  );
  // Alice has one already.
  const first = await openWire(chat.url, alice.token);
  await openWire(chat.url, alice.token);
  const third = await upgrade(chat.url);
  if (typeof third === 'number') throw new Error(`No socket: ${third}`);
  const closed = new Promise((resolve) => third.once('close', resolve));
  third.send(
    JSON.stringify({
      type: 'connection_init',
      payload: { authorization: `Bearer ${alice.token}` },
    }),
  );
  expect(await closed).toBe(1013);
  await openWire(chat.url, bob.token);
  first.socket.close();
  await first.closed;
  await openWire(chat.url, alice.token);
});

test('connections are limited per address, until one closes', async () => {
  const { chat } = await newChatWith({ limits: { maxConnectionsPerAddress: 2 } });
  const open = () =>
    new Promise<Socket | 'closed'>((resolve) => {
      const socket = connect(Number(new URL(chat.url).port), '127.0.0.1', () =>
        socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
      );
      socket.once('data', () => resolve(socket));
      socket.once('close', () => resolve('closed'));
      socket.on('error', () => {});
    });
  const [first, second] = [await open(), await open()];
  expect(await open()).toBe('closed');
  (first as Socket).destroy();
  await expect.poll(open).not.toBe('closed');
  (second as Socket).destroy();
});

test('a socket without connection_init is closed after a timeout', async () => {
  const { chat } = await newChatWith({ limits: { initSeconds: 1 } });
  const socket = await upgrade(chat.url);
  if (typeof socket === 'number') throw new Error(`No socket: ${socket}`);
  expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(
    CloseCode.ConnectionInitialisationTimeout,
  );
});

test('a socket that does not read is closed, and its later operations do not run', async () => {
  const { chat, alice, bob } = await newChatWith(
    { limits: { maxUnreadBytes: 100_000, maxOperationsPerSocket: 1_000 } },
    'alice',
    'bob',
  );
  const wire = await openWire(chat.url, alice.token);
  const long = 'x'.repeat(3_900);
  for (let n = 0; n < 50; n += 1) await bob.send('alice', `${n} ${long}`);
  const send =
    'mutation ($text: String!) { sendMessage(input: { to: "bob", text: $text }) { __typename } }';
  wire.ask('before', send, { text: 'before' });
  await wire.received(({ id }) => id === 'before');
  wire.socket.pause();
  // The kernel takes some of these 40 MB before anything stays with the server.
  for (let n = 0; n < 200; n += 1) {
    wire.ask(`page ${n}`, '{ pendingMessages(first: 50) { edges { node { text } } } }');
  }
  for (let n = 0; n < 20; n += 1) wire.ask(`send ${n}`, send, { text: `after ${n}` });
  await expect
    .poll(async () => (await metricsOf(chat.url))('parley_sockets'), { timeout: 5_000 })
    .toBe(2);
  const unread = 'parley_connections_limited_total{limit="MAX_UNREAD_BYTES"}';
  expect((await metricsOf(chat.url))(unread)).toBe(1);
  const texts = await chat.app.store.db.selectFrom('message').select('text').execute();
  expect(texts.filter(({ text }) => text.startsWith('after'))).toEqual([]);
  expect(texts.filter(({ text }) => text.startsWith('before'))).toHaveLength(1);
  wire.socket.resume();
  await wire.closed;
});

test('pongs do not pile up for a socket that does not read', async () => {
  const { chat } = await newChatWith({
    limits: { maxUnreadBytes: 50_000, maxOperationsPerSecond: 1_000_000 },
  });
  const wire = await openWire(chat.url, undefined);
  wire.socket.pause();
  const data = Buffer.alloc(125);
  const pinging = setInterval(() => {
    for (let n = 0; n < 2_000 && wire.socket.bufferedAmount < 1_000_000; n += 1)
      wire.socket.ping(data);
  });
  await expect
    .poll(async () => (await metricsOf(chat.url))('parley_sockets'), { timeout: 30_000 })
    .toBe(0);
  clearInterval(pinging);
});

test('a connection reset during an upgrade does not stop the server', async () => {
  const { chat } = await newChatWith({ limits: { maxSocketsPerAddress: 2 } });
  const { port } = new URL(chat.url);
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  for (const path of ['/nope', '/graphql']) {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`;
    for (const when of ['before', 'after', 'later']) {
      await new Promise<void>((resolve) => {
        const peer = connect(Number(port), '127.0.0.1', () => {
          peer.write(request, () => {
            if (when === 'before') peer.resetAndDestroy();
          });
        });
        if (when === 'after') peer.once('data', () => peer.resetAndDestroy());
        if (when === 'later') peer.once('data', () => setImmediate(() => peer.resetAndDestroy()));
        peer.once('close', () => resolve());
        peer.on('error', () => {});
      });
    }
  }
  expect(await overHttp({ url: chat.url, query: ASK })).toEqual({ data: { __typename: 'Query' } });
  // However the handshakes ended, their slots are free again.
  await expect.poll(() => upgrade(chat.url)).toBeInstanceOf(WebSocket);
});

test('bytes and aliases of documents are limited on every transport', async () => {
  const { chat } = await newChatWith({});
  const long = `{ __typename } #${'x'.repeat(8_192)}`;
  const aliases = `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: __typename`).join(' ')} }`;
  for (const query of [long, aliases]) {
    expect(codes(await overHttp({ url: chat.url, query }))).toEqual(['LIMIT_EXCEEDED']);
    const wire = await openWire(chat.url, undefined);
    wire.ask('1', query);
    expect(await wire.received(({ id }) => id === '1')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] },
    ]);
  }
});

test('a syntax error about a token is not a limit error', async () => {
  const { chat } = await newChatWith({});
  expect(codes(await overHttp({ url: chat.url, query: 'query a token {x}' }))).toEqual([
    'BAD_USER_INPUT',
  ]);
});

test('a server message from a client closes the socket as a bad request', async () => {
  const { chat } = await newChatWith({});
  for (const type of ['next', 'error', 'connection_ack']) {
    const wire = await openWire(chat.url, undefined);
    const payload = type === 'error' ? [{ message: 'no' }] : {};
    wire.socket.send(JSON.stringify({ type, id: '1', payload }));
    expect(await wire.closed).toBe(CloseCode.BadRequest);
  }
});

test('a refused or rate-limited login is counted by its error', async () => {
  const { chat } = await newChatWith({ limits: { maxLoginsPerQuarterHour: 1 } }, 'alice');
  const query =
    'mutation { login(input: { username: "alice", password: "not this one" }) { ... on Error { message } } }';
  for (let n = 0; n < 2; n += 1) await overHttp({ url: chat.url, query });
  const metrics = await metricsOf(chat.url);
  expect(
    metrics('parley_operations_total{kind="mutation",outcome="InvalidCredentialsError"}'),
  ).toBe(1);
  expect(metrics('parley_operations_total{kind="mutation",outcome="RateLimitedError"}')).toBe(1);
});
