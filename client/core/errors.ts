import { CombinedError, type OperationResult, type OperationResultSource } from '@urql/core';

/**
 * Returns the data of a result.
 *
 * @throws {CombinedError} if the result has an error, even beside some data.
 * @example
 * const { login } = await dataOf(client.mutation(Login, { input }, overHttp));
 */
export async function dataOf<Data>(
  answer: OperationResultSource<OperationResult<Data>>,
): Promise<Data> {
  const { data, error } = await answer.toPromise();
  if (error || !data) throw error ?? new Error('The server sent no data.');
  return data;
}

/**
 * Returns a root field that is null only beside an error, such as those that need a login.
 *
 * @throws {CombinedError} if the result has an error.
 * @example
 * const { pendingCount } = await fieldOf(client.query(Viewer, {}), 'mailbox');
 */
export async function fieldOf<Data, Name extends keyof Data & string>(
  answer: OperationResultSource<OperationResult<Data>>,
  name: Name,
): Promise<NonNullable<Data[Name]>> {
  const field = (await dataOf(answer))[name];
  if (field == null) throw new Error(`The server sent no ${name}.`);
  return field;
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
 * Returns the wait in ms that the server asks for before a retry: `extensions.retryAfter`, or over
 * HTTP the header `Retry-After`. Undefined if it asks for none.
 */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof CombinedError)) return undefined;
  const requested = error.graphQLErrors[0]?.extensions.retryAfter;
  if (typeof requested === 'number') return requested;
  const seconds = Number.parseInt(error.response?.headers?.get('retry-after') ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds * 1_000;
}

/** The wait before a retry, after an error of the server or of its database. */
export const RETRY_DELAY_MS = 1_000;

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
