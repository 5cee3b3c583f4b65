import { CloseCode } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { overSocket } from '../../support/ask.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import { type Frame, openWire, type Wire } from '../../support/wire.ts';

const RECEIVED = 'subscription { messageReceived { text } }';

/** The first frame of an operation. */
const answer = async (wire: Wire, id: string): Promise<Frame | undefined> =>
  (await wire.received((frame) => frame.id === id))[0];

test('a syntax error gets an error and leaves the socket open', async () => {
  const { chat, alice } = await newChat('alice');
  const wire = await openWire(chat.url, alice.token);
  wire.ask('1', '{ viewer {');
  expect(await answer(wire, '1')).toMatchObject({
    type: 'error',
    payload: [
      {
        message: 'Syntax Error: Expected Name, found <EOF>.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  wire.ask('2', '{ viewer { username } }');
  expect(await answer(wire, '2')).toMatchObject({
    type: 'next',
    payload: { data: { viewer: { username: 'alice' } } },
  });
});

test('a frame over the limit closes the socket with 1009', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxRequestBytes: 1_000 } }, 'alice');
  const wire = await openWire(chat.url, alice.token);
  wire.ask('1', `# ${'x'.repeat(800)}\n{ viewer { username } }`);
  expect(await answer(wire, '1')).toMatchObject({ type: 'next' });
  wire.ask('2', `# ${'x'.repeat(1_000)}\n{ viewer { username } }`);
  expect(await wire.closed).toBe(1009);
});

test('subscriptions per socket are limited, until one ends', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxSubscriptionsPerSocket: 2 } }, 'alice');
  const wire = await openWire(chat.url, alice.token);
  for (const id of ['1', '2', '3']) wire.ask(id, RECEIVED);
  expect(await answer(wire, '3')).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
  // One for the session, and one for each subscription.
  await expect.poll(() => chat.app.services.bell.listeners).toBe(3);
  wire.socket.send(JSON.stringify({ type: 'complete', id: '1' }));
  await expect.poll(() => chat.app.services.bell.listeners).toBe(2);
  wire.ask('4', RECEIVED);
  await alice.send('alice', 'hello');
  for (const id of ['2', '4']) expect(await answer(wire, id)).toMatchObject({ type: 'next' });
  expect(wire.frames.filter(({ id }) => id === '1' || id === '3')).toHaveLength(1);
});

test('operations over the rate limit are delayed, not refused', async () => {
  const { chat, alice } = await newChatWith(
    { limits: { maxOperationsPerSecond: 10, maxQueryBytes: 65_536 } },
    'alice',
  );
  const wire = await openWire(chat.url, alice.token);
  const start = performance.now();
  // Each fills the socket's read buffer, so that a paused socket has not read the next.
  const padding = '#'.repeat(60_000);
  const ids = Array.from({ length: 25 }, (_, number) => String(number));
  for (const id of ids) wire.ask(id, `{ __typename } ${padding}`);
  const answers = await wire.received(({ type }) => type === 'next', ids.length);
  expect(answers.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(performance.now() - start).toBeGreaterThan(1_000);
});

test('a token is taken from connection_init or from an operation', async () => {
  const { chat, alice } = await newChat('alice');
  const wire = await openWire(chat.url, undefined);
  const ask = (id: string, extensions = {}) => {
    wire.socket.send(
      JSON.stringify({
        id,
        type: 'subscribe',
        payload: { query: '{ viewer { username } }', extensions },
      }),
    );
    return answer(wire, id);
  };
  expect(await ask('1')).toMatchObject({ payload: { data: { viewer: null } } });
  const headers = { Authorization: `Bearer ${alice.token}` };
  expect(await ask('2', { headers })).toMatchObject({
    payload: { data: { viewer: { username: 'alice' } } },
  });
  expect(await ask('3')).toMatchObject({ payload: { data: { viewer: null } } });
});

test('an error over a socket has no HTTP extensions', async () => {
  const { chat } = await newChat();
  for (const query of ['{ viewer {', '{ pigeon }', '{ mailbox { pendingCount } }']) {
    expect(JSON.stringify(await overSocket({ url: chat.url, query }))).not.toContain('"http"');
  }
});

const PROTOCOL = 'graphql-transport-ws';
const INIT = JSON.stringify({ type: 'connection_init' });
const SUBSCRIBE = JSON.stringify({
  type: 'subscribe',
  id: '1',
  payload: { query: '{ __typename }' },
});

test.for<[fault: string, frames: string[], code: number]>([
  ['that is not JSON', ['hello'], CloseCode.BadRequest],
  ['of an unknown type', ['{"type":"pigeon"}'], CloseCode.BadRequest],
  ['that subscribes before connection_init', [SUBSCRIBE], CloseCode.Unauthorized],
  ['that repeats connection_init', [INIT, INIT], CloseCode.TooManyInitialisationRequests],
])('a frame %s closes the socket with the right code', async ([, frames, code]) => {
  const { chat } = await newChat();
  const socket = new WebSocket(`${chat.url.replace('http', 'ws')}/graphql`, PROTOCOL);
  socket.on('open', () => {
    for (const frame of frames) socket.send(frame);
  });
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(code);
  expect(await overSocket({ url: chat.url, query: '{ __typename }' })).toMatchObject({
    data: { __typename: 'Query' },
  });
});

test('a socket needs the path /graphql and the subprotocol', async () => {
  const { chat } = await newChat();
  const elsewhere = new WebSocket(chat.url.replace('http', 'ws'), PROTOCOL);
  expect(await new Promise((resolve) => elsewhere.on('error', resolve))).toMatchObject({
    message: 'Unexpected server response: 404',
  });
  const other = new WebSocket(`${chat.url.replace('http', 'ws')}/graphql`);
  expect(await new Promise((resolve) => other.on('close', resolve))).toBe(
    CloseCode.SubprotocolNotAcceptable,
  );
});
