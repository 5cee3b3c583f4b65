import { CombinedError } from '@urql/core';

/** Why something could not be done: the API's code, and its words. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Finds words for a request that got no answer. */
export function problemOf(error: unknown): Problem {
  const [answer] = error instanceof CombinedError ? error.graphQLErrors : [];
  const code = String(answer?.extensions.code);
  // To whoever waits it is the same, whether the server is away or its database.
  if (answer)
    return { code: code === 'UNAVAILABLE' ? 'Unreachable' : code, message: answer.message };
  return { code: 'Unreachable', message: 'The server cannot be reached. Try again in a moment.' };
}

/** The refusal of an answer, if it is one. */
export const refusalIn = (answer: { __typename: string; error?: string }): Problem | undefined =>
  answer.error === undefined ? undefined : { code: answer.__typename, message: answer.error };

/** The message, when the problem is one of these. */
export const messageOf = (problem: Problem | undefined, ...codes: string[]): string | undefined =>
  problem && codes.includes(problem.code) ? problem.message : undefined;
