import {
  CombinedError,
  type Exchange,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from '@urql/core';
import { empty, filter, makeSubject, map, merge, mergeMap, pipe } from 'wonka';
import { retryAfterOf } from './errors.ts';
import { limitsOf } from './limits.ts';

/**
 * Bytes that every server takes: it refuses to start with less. What is no longer need not be
 * compared.
 */
const ALWAYS_FITS = 1_024;
/** The longest wait that is kept to by itself, in ms; beyond that the refusal is the answer. */
const LONGEST_WAIT_MS = 10_000;

export interface GuardOptions {
  /** Aborted when the connection is closed. */
  readonly closed: AbortSignal;
  /**
   * Called when the server has put an operation off, with the milliseconds until it is asked again.
   */
  onRateLimited(milliseconds: number): void;
}

/**
 * Stands between the operations and the wire. What is too large for the server is refused here,
 * since there it would end the connection under all other operations. What the server puts off by a
 * rate limit is asked again when it said. After the close nothing goes out, and whatever is under
 * way is answered with an error.
 */
export const guard =
  ({ closed, onRateLimited }: GuardOptions): Exchange =>
  ({ client, forward }) =>
  (operations) => {
    const underWay = new Map<number | string, Operation>();
    const waits = new Set<ReturnType<typeof setTimeout>>();
    const passed = makeSubject<Operation>();
    const refused = makeSubject<OperationResult>();

    function refuse(operation: Operation, error: CombinedError): void {
      if (underWay.delete(identityOf(operation))) refused.next(failed(operation, error));
    }

    function take(operation: Operation): void {
      if (operation.kind === 'teardown') {
        underWay.delete(identityOf(operation));
        passed.next(operation);
      } else {
        underWay.set(identityOf(operation), operation);
        if (closed.aborted) refuse(operation, closedError());
        else admit(operation);
      }
    }

    function admit(operation: Operation): void {
      const bytes = bytesOf(operation);
      if (bytes <= ALWAYS_FITS) passed.next(operation);
      else {
        limitsOf(client).then(
          ({ maxRequestBytes }) => {
            if (bytes > maxRequestBytes) refuse(operation, tooLarge(bytes, maxRequestBytes));
            else pass(operation);
          },
          // Whatever keeps the limits from coming is told by its own answer, too.
          () => pass(operation),
        );
      }
    }

    function pass(operation: Operation): void {
      if (underWay.has(identityOf(operation))) passed.next(operation);
    }

    /** Whether an answer is one: it is none when the operation has been put off. */
    function isAnswer({ operation, error, hasNext }: OperationResult): boolean {
      if (!underWay.has(identityOf(operation))) return false;
      const milliseconds = retryAfterOf(error);
      if (milliseconds !== undefined && milliseconds <= LONGEST_WAIT_MS) {
        onRateLimited(milliseconds);
        const waiting = setTimeout(() => {
          waits.delete(waiting);
          pass(operation);
        }, milliseconds);
        waits.add(waiting);
        return false;
      }
      if (!hasNext) underWay.delete(identityOf(operation));
      return true;
    }

    closed.addEventListener('abort', () => {
      for (const waiting of waits) clearTimeout(waiting);
      for (const operation of underWay.values()) refuse(operation, closedError());
    });
    return merge([
      pipe(forward(passed.source), filter(isAnswer), map(withoutRepeat)),
      refused.source,
      pipe(
        operations,
        mergeMap((operation) => {
          take(operation);
          return empty;
        }),
      ),
    ]);
  };

/**
 * Two mutations that say the same are two, though urql gives them one key; it tells them apart by
 * this.
 */
const identityOf = ({ key, context }: Operation): number | string =>
  context._instance === undefined ? key : `mutation ${context._instance}`;

/**
 * The end of a stream, and an error in it, come from urql together with the last data, which has
 * been told before.
 */
const withoutRepeat = (result: OperationResult): OperationResult =>
  result.operation.kind === 'subscription' && (result.error || !result.hasNext)
    ? { ...result, data: undefined }
    : result;

/**
 * The bytes of an operation as a frame of graphql-transport-ws; as the body of an HTTP request it
 * is no longer.
 */
function bytesOf({ query, variables }: Operation): number {
  const payload = { query: stringifyDocument(query), variables };
  const frame = { id: '00000000-0000-0000-0000-000000000000', type: 'subscribe', payload };
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}

const failed = (operation: Operation, error: CombinedError): OperationResult => ({
  operation,
  data: undefined,
  error,
  stale: false,
  hasNext: false,
});

const closedError = (): CombinedError =>
  new CombinedError({ networkError: new Error('The connection is closed.') });

function tooLarge(bytes: number, maxRequestBytes: number): CombinedError {
  const message = `The request has ${bytes} bytes; the server takes ${maxRequestBytes}.`;
  const extensions = { code: 'LIMIT_EXCEEDED', maxRequestBytes };
  return new CombinedError({ graphQLErrors: [{ message, extensions }] });
}

/** Whether a request was refused here, before it went out, since the server would not read it. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof CombinedError &&
  error.graphQLErrors[0]?.extensions.maxRequestBytes !== undefined;
