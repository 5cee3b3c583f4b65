import { CombinedError } from '@urql/core';

/** The reason why a request failed: a code for the page and a message for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Turns the error of a request into a problem. */
export function problemOf(error: unknown): Problem {
  const [answer] = error instanceof CombinedError ? error.graphQLErrors : [];
  if (answer) return { code: String(answer.extensions.code), message: answer.message };
  return { code: 'UNREACHABLE', message: "Can't reach the server. Try again in a moment." };
}

/** Returns the problem in a result, or undefined if it is a success. */
export const refusalIn = (result: { __typename: string; message?: string }): Problem | undefined =>
  result.message === undefined ? undefined : { code: result.__typename, message: result.message };
