import { CombinedError } from '@urql/core';
import { codeOf, retryAfterOf } from '../core/errors.ts';

/** A command that failed. Its code is the API's, or one of ours; its message is for people. */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The API's error as a failure. */
export const refusal = (result: { __typename: string; message: string }): Failure =>
  new Failure(result.__typename, result.message);

export const wrongUsage = (usage: string): Failure => new Failure('Usage', `Usage: ${usage}`);

export const notLoggedIn = (): Failure =>
  new Failure('UNAUTHENTICATED', 'Not logged in. Run: login USER');

/** Too Many Requests and Service Unavailable, which a proxy sends without a GraphQL error. */
const BUSY = [429, 503];

/** Describes any error for people. */
export function failureOf(error: unknown, url: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CombinedError) {
    const [answer] = error.graphQLErrors;
    if (answer) return new Failure(codeOf(error) ?? 'INTERNAL', answer.message);
    if (BUSY.includes(error.response?.status)) {
      const seconds = Math.ceil((retryAfterOf(error) ?? 0) / 1_000);
      const when = seconds > 0 ? `in ${seconds} s` : 'later';
      return new Failure('LIMIT_EXCEEDED', `The server at ${url} is busy. Try again ${when}.`);
    }
    if (error.response) return new Failure('Unreachable', `${url} is not a Parley server.`);
    return new Failure('Unreachable', `Cannot reach ${url}. Check that the server is running.`);
  }
  return new Failure('INTERNAL', error instanceof Error ? error.message : String(error));
}
