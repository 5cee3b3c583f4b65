import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAnswer, checkErrors, checkRaw } from './answer.ts';
import {
  closeCode,
  connectRaw,
  exchange,
  type FrameOptions,
  frame,
  framesIn,
  HANDSHAKE,
  message,
  OPCODE,
} from './raw.ts';
import { type Target, withstands } from './target.ts';

/** Close codes for a fault of the server: of RFC 6455, and of graphql-transport-ws. */
const FAULTS = [1011, 4500];
const INIT = message({ type: 'connection_init' });
const subscribe = (id: unknown, query: unknown = '{ server { version } }') => ({
  type: 'subscribe',
  id,
  payload: { query },
});
const WATCH = 'subscription { presenceChanged(of: ["alice"]) { online } }';

/**
 * Sends frames after a handshake, and after an acknowledged init if `greets`. Leaves once they are
 * handled, and resolves with the bytes received.
 */
async function converse(
  { port }: Target,
  greets: boolean,
  frames: readonly Uint8Array[],
): Promise<Buffer> {
  const connection = await connectRaw(port);
  const says = (words: string) =>
    connection.receives(
      (received) => closeCode(received) !== undefined || received.includes(words),
    );
  connection.write(HANDSHAKE);
  if (greets) {
    connection.write(message({ type: 'connection_init' }));
    await says('connection_ack');
  }
  connection.write(Buffer.concat([...frames, message({ type: 'ping', payload: { last: true } })]));
  await says('"last":true');
  connection.write(frame(Buffer.from([0x03, 0xe8]), { opcode: OPCODE.close }));
  const received = await connection.leave('end');
  checkRaw(received);
  return received;
}

type Offence = readonly [kind: string, code: number, frames: readonly Uint8Array[]];

const long = 'x'.repeat(126);
/** Frames that RFC 6455 forbids or that are too large, and the close code for them. */
const FORBIDDEN: readonly Offence[] = [
  ['unmasked', 1002, [frame('{}', { masked: false })]],
  ['an unknown opcode', 1002, [frame('{}', { opcode: 3 })]],
  ['an unknown control opcode', 1002, [frame('', { opcode: 11 })]],
  ['compressed', 1002, [frame('{}', { reserved: 4 })]],
  ['a reserved bit', 1002, [frame('{}', { reserved: 1 })]],
  ['a long ping', 1002, [frame(long, { opcode: OPCODE.ping })]],
  ['a long close', 1002, [frame(long, { opcode: OPCODE.close })]],
  ['a ping in pieces', 1002, [frame('', { opcode: OPCODE.ping, final: false })]],
  ['a continuation of nothing', 1002, [frame('{}', { opcode: OPCODE.continuation })]],
  ['a message within another', 1002, [frame('{', { final: false }), frame('}')]],
  ['half of a close code', 1002, [frame('x', { opcode: OPCODE.close })]],
  [
    'a close code that must not be sent',
    1002,
    [frame(Buffer.from([0x03, 0xee]), { opcode: OPCODE.close })],
  ],
  ['invalid UTF-8', 1007, [frame(Buffer.from([0x22, 0xff, 0x22]))]],
  ['a surrogate in UTF-8', 1007, [frame(Buffer.from([0xed, 0xa0, 0x80]))]],
  ['too large', 1009, [frame('x'.repeat(65_537))]],
  ['a length of 2^62', 1009, [frame('', { length: 2 ** 62 })]],
  [
    'too large in pieces',
    1009,
    [frame('x'.repeat(40_000), { final: false }), frame('x'.repeat(40_000), { opcode: 0 })],
  ],
];
/** Messages that graphql-transport-ws forbids, and the close code for them. */
const OUT_OF_ORDER: readonly Offence[] = [
  ['no JSON', 4400, [frame('{')]],
  ['nothing', 4400, [frame('')]],
  ['null', 4400, [message(null)]],
  ['an array', 4400, [message([])]],
  ['a type that is unknown', 4400, [message({ type: 'start' })]],
  ['a type that is inherited', 4400, [message({ type: 'constructor' })]],
  ['a type that is no string', 4400, [message({ type: ['ping'] })]],
  ['an init with another payload', 4400, [message({ type: 'connection_init', payload: 'x' })]],
  ['a second init', 4429, [INIT]],
  ['one id twice', 4409, [message(subscribe('1', WATCH)), message(subscribe('1', WATCH))]],
  ['an id that is no string', 4400, [message(subscribe(1))]],
  ['an empty id', 4400, [message(subscribe(''))]],
  ['a query that is no string', 4400, [message(subscribe('1', {}))]],
  ['no payload', 4400, [message({ type: 'subscribe', id: '1' })]],
  ['complete without an id', 4400, [message({ type: 'complete' })]],
  ...['next', 'error', 'connection_ack'].map(
    (type) =>
      [
        type,
        4400,
        [message({ type, id: '1', payload: type === 'error' ? [{ message: 'x' }] : {} })],
      ] as const,
  ),
];

test('an invalid frame or message closes its socket with the right code', () =>
  withstands(async (target) => {
    for (const [kind, code, frames] of [...FORBIDDEN, ...OUT_OF_ORDER]) {
      expect(closeCode(await converse(target, true, frames)), kind).toBe(code);
    }
    expect(closeCode(await converse(target, false, [message(subscribe('1'))]))).toBe(4401);
  }));

/** Frames with random headers and payloads. */
const frames = fc.array(
  fc
    .tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('{}', '', long).map((text) => Buffer.from(text)),
      ),
      fc.record<FrameOptions>(
        {
          opcode: fc.oneof(fc.constantFrom(0, 1, 2, 8, 9, 10), fc.nat(15)),
          final: fc.boolean(),
          reserved: fc.oneof(fc.constant(0), fc.nat(7)),
          masked: fc.constantFrom(true, true, true, false),
          length: fc.oneof(fc.constantFrom(125, 126, 65_535, 65_536, 2 ** 40), fc.nat(300)),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([payload, options]) => frame(payload, options)),
  { minLength: 1, maxLength: 6 },
);

test('random frames do no harm', () =>
  withstands(async ({ port, seed }) => {
    const greeted = fc.constantFrom(Buffer.alloc(0), INIT);
    await fc.assert(
      fc.asyncProperty(
        greeted,
        frames,
        fc.constantFrom('end' as const, 'reset' as const),
        async (init, some, ending) => {
          const received = await exchange(port, Buffer.concat([HANDSHAKE, init, ...some]), ending);
          checkRaw(received);
          expect(FAULTS).not.toContain(closeCode(received));
        },
      ),
      { seed, numRuns: 150 },
    );
  }));

const ids = fc.oneof(
  fc.constantFrom<unknown>(
    '1',
    '2',
    '3',
    '__proto__',
    'constructor',
    '\0',
    '\ud800',
    'x'.repeat(60_000),
    1,
    null,
    {},
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const payloads = fc.oneof(
  fc.jsonValue(),
  fc.record({
    query: fc.oneof(
      fc.constantFrom(
        '{ server { version } }',
        WATCH,
        '{ viewer { id } }',
        'subscription { messageReceived { id } }',
      ),
      fc.jsonValue(),
    ),
    variables: fc.jsonValue({ maxDepth: 2 }),
    operationName: fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 1 })),
    extensions: fc.oneof(
      fc.constant({ headers: { authorization: 'Bearer x' } }),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  }),
);
const tokens = fc.oneof(
  fc.constantFrom('Bearer', 'Bearer ', 'Basic x', '\0', '\ud800', `Bearer ${'x'.repeat(50_000)}`),
  fc.jsonValue({ maxDepth: 1 }),
);
/** Messages of the protocol in which each part may be anything, and other JSON. */
const messages = fc.oneof(
  fc.record({
    type: fc.constant('connection_init'),
    payload: fc.oneof(fc.record({ authorization: tokens }), fc.jsonValue()),
  }),
  fc.record({ type: fc.constant('subscribe'), id: ids, payload: payloads }),
  fc.record({ type: fc.constant('complete'), id: ids }),
  fc.record({ type: fc.constantFrom('ping', 'pong'), payload: fc.jsonValue() }),
  fc.record({
    type: fc.constantFrom('next', 'error', 'connection_ack'),
    id: ids,
    payload: payloads,
  }),
  fc.jsonValue(),
);

/** Checks that the server sent messages of the protocol, with well-formed answers. */
function checkMessages(received: Buffer): void {
  for (const { opcode, payload } of framesIn(received)) {
    if (opcode !== OPCODE.text) continue;
    const said = JSON.parse(String(payload));
    expect(['connection_ack', 'next', 'error', 'complete', 'ping', 'pong']).toContain(said.type);
    if (said.type === 'next') checkAnswer(said.payload);
    if (said.type === 'error') checkErrors(said.payload);
  }
}

test('random messages get well-formed answers or close their socket', () =>
  withstands(async (target) => {
    const script = fc.tuple(fc.boolean(), fc.array(messages, { minLength: 1, maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(script, async ([greets, said]) => {
        const received = await converse(target, greets, said.map(message));
        checkMessages(received);
        expect(FAULTS).not.toContain(closeCode(received));
      }),
      { seed: target.seed, numRuns: 150 },
    );
  }));

test('a flood of pings does no harm', () =>
  withstands(async ({ port }) => {
    const storm = Buffer.concat(
      Array.from({ length: 2_000 }, (_, count) =>
        count % 2 === 0 ? message({ type: 'ping' }) : frame('x', { opcode: OPCODE.ping }),
      ),
    );
    checkRaw(await exchange(port, Buffer.concat([HANDSHAKE, INIT, storm]), 'end'));
    checkRaw(await exchange(port, Buffer.concat([HANDSHAKE, INIT, storm]), 'reset'));
  }));
