import { CombinedError, type OperationResult, type OperationResultSource } from '@urql/core';

/** Waits for an answer. @throws {CombinedError} when there is none. */
export async function dataOf<Data>(
  answer: OperationResultSource<OperationResult<Data>>,
): Promise<Data> {
  const { data, error } = await answer.toPromise();
  if (!data) throw error ?? new Error('The server gave no answer.');
  return data;
}

/** An operation that the API refused. Its code is the `__typename` of the API's error. */
export class RefusedError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Returns the code of an error that the server answered with; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof RefusedError) return error.code;
  const code = error instanceof CombinedError ? error.graphQLErrors[0]?.extensions.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * How long the server asks to wait before the same is asked again, in ms: in
 * `extensions.retryAfter`, or over HTTP in the header `Retry-After`. Undefined when it asks for no
 * such thing.
 */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof CombinedError)) return undefined;
  const told = error.graphQLErrors[0]?.extensions.retryAfter;
  if (typeof told === 'number') return told;
  const seconds = Number.parseInt(error.response?.headers?.get('retry-after') ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds * 1_000;
}

/**
 * The wait before something is tried again, after the server had a fault or could not reach its
 * database.
 */
export const RETRY_DELAY_MS = 1_000;

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
