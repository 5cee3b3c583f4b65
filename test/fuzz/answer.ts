import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import { expect } from 'vitest';

const SDL = new URL('../../schema/schema.graphql', import.meta.url);
export const schema = buildSchema(readFileSync(SDL, 'utf8'));

/** Codes that clients may see: those of requests, and the names of the schema's error types. */
const CODES = [
  'UNAUTHENTICATED',
  'SESSION_ENDED',
  'BAD_USER_INPUT',
  'LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ...Object.values(schema.getTypeMap())
    .filter(
      (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Error'),
    )
    .map(({ name }) => name),
];
/** Places in the code, which belong in the log alone. */
const INSIDE = /node_modules|\.ts:\d+|\n\s+at /;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { message?: unknown; extensions?: { code?: unknown } }[];
  readonly extensions?: unknown;
}

/**
 * Checks a response against the GraphQL specification (section 7), and its errors' codes. Faults
 * (`INTERNAL`, `UNAVAILABLE`) are not allowed: in these tests nothing is broken.
 */
export function checkAnswer(answer: unknown): Answer {
  expect(answer).toBeTypeOf('object');
  const response = answer as Answer;
  const known = ['data', 'errors', 'extensions'];
  expect(Object.keys(response).filter((key) => !known.includes(key))).toEqual([]);
  if (!('data' in response)) expect(response.errors).toBeDefined();
  if ('errors' in response) checkErrors(response.errors);
  return response;
}

/** Checks the errors of a response, or of a message of type `error`. */
export function checkErrors(errors: Answer['errors']): void {
  expect(errors).not.toHaveLength(0);
  for (const { message, extensions } of errors ?? []) {
    expect(message).toBeTypeOf('string');
    expect(message).not.toMatch(INSIDE);
    expect(CODES, String(message)).toContain(extensions?.code);
  }
}

/** Checks that raw HTTP responses report no fault and reveal no place in the code. */
export function checkRaw(received: Buffer): void {
  const text = received.toString('latin1');
  expect(text).not.toMatch(/^HTTP\/1\.1 500/m);
  expect(text).not.toContain('"INTERNAL"');
  expect(text).not.toMatch(INSIDE);
}
