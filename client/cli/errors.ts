import { CombinedError } from '@urql/core';
import { codeOf, retryAfterOf } from '../core/errors.ts';
import { describeNetworkError, describeRedirect, describeResponse } from './network-errors.ts';

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

/** Describes any error for people. */
export function failureOf(error: unknown, url: string): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof CombinedError))
    return new Failure('INTERNAL', error instanceof Error ? error.message : String(error));
  const redirect = describeRedirect(error.response, url);
  if (redirect) return new Failure(...redirect);
  const [answer] = error.graphQLErrors;
  if (answer) return new Failure(codeOf(error) ?? 'INTERNAL', answer.message);
  const [code, message] = error.response
    ? describeResponse(error.response, retryAfterOf(error), url)
    : describeNetworkError(error.networkError, url);
  return new Failure(code, message);
}
