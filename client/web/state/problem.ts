import { CombinedError } from '@urql/core';
import { retryAfterOf } from '../../core/errors.ts';

/** The reason why a request failed: a code for the page and a message for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** The moment, in ms since 1970, from which another try may succeed. */
  readonly retryAt?: number;
}

/** Turns the error of a request into a problem. */
export function problemOf(error: unknown): Problem {
  const [answer] = error instanceof CombinedError ? error.graphQLErrors : [];
  if (!answer)
    return { code: 'UNREACHABLE', message: "Can't reach the server. Try again in a moment." };
  const problem = { code: String(answer.extensions.code), message: answer.message };
  return withRetry(problem, retryAfterOf(error));
}

interface Result {
  readonly __typename: string;
  readonly message?: string;
  readonly retryAfter?: number;
}

/** Returns the problem in a result, or undefined if it is a success. */
export const refusalIn = ({ __typename, message, retryAfter }: Result): Problem | undefined =>
  message === undefined ? undefined : withRetry({ code: __typename, message }, retryAfter);

const withRetry = (problem: Problem, afterMs: number | undefined): Problem =>
  afterMs === undefined ? problem : { ...problem, retryAt: Date.now() + afterMs };
