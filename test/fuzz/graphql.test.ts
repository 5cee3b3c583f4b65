import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openWire } from '../support/wire.ts';
import { checkAnswer, checkErrors, schema } from './answer.ts';
import { nastyOperations, type Operation, operations, ROOTS } from './document.ts';
import { type Target, withstands } from './target.ts';

const RUNS_PER_ROOT = 8;
/** MiB that the server's cache of parsed documents may take. */
const CACHES_MIB = 40;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { extensions?: { code?: unknown } }[];
}
type Transport = (
  url: string,
  operation: Operation,
  token: string | undefined,
) => Promise<readonly Answer[]>;

const headersOf = (token: string | undefined, accept: string) => ({
  'content-type': 'application/json',
  accept,
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
});

const overHttp: Transport = async (url, { query, variables }, token) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: headersOf(token, 'application/graphql-response+json, text/event-stream'),
    body: JSON.stringify({ query, variables }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream'))
    return firstEvents(response);
  return [checkAnswer(await response.json())];
};

const overEvents: Transport = async (url, { query, variables }, token) =>
  firstEvents(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: headersOf(token, 'text/event-stream'),
      body: JSON.stringify({ query, variables }),
    }),
  );

/** Reads the first chunk of a stream and leaves: a subscription may have nothing to send. */
async function firstEvents(response: Response): Promise<Answer[]> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  const events = Buffer.from(value ?? [])
    .toString()
    .matchAll(/^data: (.+)\n\n/gm);
  return [...events].map(([, data]) => checkAnswer(JSON.parse(String(data))));
}

const overSocket: Transport = async (url, { kind, query, variables }, token) => {
  const wire = await openWire(url, token);
  wire.ask('random', query, variables);
  if (kind === 'subscription') wire.ask('next', '{ __typename }');
  const last = kind === 'subscription' ? 'next' : 'random';
  await wire.received(({ id, type }) => id === last && type !== 'next');
  wire.socket.terminate();
  await wire.closed;
  return wire.frames
    .filter(({ id }) => id === 'random')
    .flatMap(({ type, payload }) => {
      if (type === 'error') checkErrors(payload as Answer['errors']);
      return type === 'next'
        ? [checkAnswer(payload)]
        : type === 'error'
          ? [{ errors: payload as [] }]
          : [];
    });
};

/** Usernames, and a password that is accepted. */
const FIRST_KNOWN = ['alice', 'mallory', 'carol', 'another secret phrase'];
const TRANSPORTS = { overHttp, overEvents, overSocket };

/** Strings in an answer for later operations to use: ids, cursors, usernames. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length < 100 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Runs random operations on every root field. Resolves with the number that returned data. */
async function askForEverything({ url, seed, logIn }: Target): Promise<number> {
  const known = [...FIRST_KNOWN];
  let token = await logIn();
  let answered = 0;
  for (const root of ROOTS) {
    const transports = fc.constantFrom(...(Object.keys(TRANSPORTS) as (keyof typeof TRANSPORTS)[]));
    const isViewer = fc.nat(3).map((number) => number > 0);
    await fc.assert(
      fc.asyncProperty(
        operations(root, known),
        transports,
        isViewer,
        async (operation, transport, loggedIn) => {
          expect(validate(schema, parse(operation.query))).toEqual([]);
          const answers = await TRANSPORTS[transport](url, operation, loggedIn ? token : undefined);
          if (answers.some(({ data }) => data)) answered += 1;
          known.push(...textsIn(answers.map(({ data }) => data)).slice(0, 20));
          known.splice(FIRST_KNOWN.length, Math.max(0, known.length - 60));
          const codes = answers.flatMap(({ errors = [] }) =>
            errors.map(({ extensions }) => extensions?.code),
          );
          if (codes.includes('SESSION_ENDED')) token = await logIn();
        },
      ),
      { seed, numRuns: RUNS_PER_ROOT, endOnFailure: true },
    );
  }
  return answered;
}

test('a random valid operation gets a well-formed answer on every transport', () =>
  withstands(
    async (target) => {
      const answered = await askForEverything(target);
      // Otherwise most were refused before they were executed.
      expect(answered).toBeGreaterThan(ROOTS.length);
    },
    { heapGrowthMiB: CACHES_MIB },
  ));

test('a nasty value of any argument gets a well-formed answer', () =>
  withstands(
    async ({ url, seed, logIn }) => {
      const token = await logIn();
      for (const group of ROOTS.flatMap(nastyOperations)) {
        // Half of them in each of the two rounds, whose seeds are one apart.
        const half = group.filter((_, index) => index % 2 === seed % 2);
        for (const { query } of half.slice(0, 1))
          expect(validate(schema, parse(query))).toEqual([]);
        await Promise.all(half.map((operation) => overHttp(url, operation, token)));
      }
    },
    { heapGrowthMiB: CACHES_MIB },
  ));
