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

/** The smallest request limit that a server may have: below it the limit is not requested. */
const ALWAYS_FITS = 1_024;
/** The longest wait, in ms, that is retried; beyond it the error is the result. */
const LONGEST_WAIT_MS = 10_000;

export interface GuardOptions {
  /** Aborted when the connection is closed. */
  readonly closed: AbortSignal;
  /** Called when the server defers an operation, with the milliseconds until it is retried. */
  onRateLimited(milliseconds: number): void;
}

/**
 * Guards the network. Fails a request that is too large, which would make the server close the
 * connection under all other operations. Retries what the server defers with a rate limit. Once
 * closed, sends nothing, and fails all operations.
 */
export const guard =
  ({ closed, onRateLimited }: GuardOptions): Exchange =>
  ({ client, forward }) =>
  (operations) => {
    const underWay = new Map<number | string, Operation>();
    const delays = newDelays();
    const passed = makeSubject<Operation>();
    const refused = makeSubject<OperationResult>();

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
      if (bytes <= ALWAYS_FITS) pass(operation);
      else admitIfAllowed(operation, bytes);
    }

    function admitIfAllowed(operation: Operation, bytes: number): void {
      limitsOf(client).then(
        ({ maxRequestBytes }) => {
          if (bytes > maxRequestBytes) refuse(operation, tooLarge(bytes, maxRequestBytes));
          else pass(operation);
        },
        // The operation's own result will show what is wrong.
        () => pass(operation),
      );
    }

    function pass(operation: Operation): void {
      if (underWay.has(identityOf(operation))) passed.next(operation);
    }

    function refuse(operation: Operation, error: CombinedError): void {
      if (underWay.delete(identityOf(operation))) refused.next(failed(operation, error));
    }

    /** Drops results of ended operations, and those that are retried. */
    function isFinal({ operation, error, hasNext }: OperationResult): boolean {
      if (!underWay.has(identityOf(operation))) return false;
      const milliseconds = retryAfterOf(error);
      if (milliseconds !== undefined && milliseconds <= LONGEST_WAIT_MS) {
        onRateLimited(milliseconds);
        delays.after(milliseconds, () => pass(operation));
        return false;
      }
      if (!hasNext) underWay.delete(identityOf(operation));
      return true;
    }

    closed.addEventListener('abort', () => {
      delays.clear();
      for (const operation of underWay.values()) refuse(operation, closedError());
    });
    return merge([
      pipe(forward(passed.source), filter(isFinal), map(withoutRepeat)),
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

/** Timers that are cleared together. */
function newDelays() {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    after(milliseconds: number, action: () => void): void {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, milliseconds);
      timers.add(timer);
    },
    clear(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Identical mutations share a key in urql, and differ by their instance. */
const identityOf = ({ key, context }: Operation): number | string =>
  context._instance === undefined ? key : `mutation ${context._instance}`;

/** Removes the data that urql repeats with the end of a stream or an error in it. */
const withoutRepeat = (result: OperationResult): OperationResult =>
  result.operation.kind === 'subscription' && (result.error || !result.hasNext)
    ? { ...result, data: undefined }
    : result;

/** The size of an operation as a frame of graphql-transport-ws; an HTTP body is no longer. */
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
  const message = `The request has ${bytes} bytes; the server accepts ${maxRequestBytes}.`;
  const extensions = { code: 'LIMIT_EXCEEDED', maxRequestBytes };
  return new CombinedError({ graphQLErrors: [{ message, extensions }] });
}

/** Whether an error is the local refusal of a request that is too large. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof CombinedError &&
  error.graphQLErrors[0]?.extensions.maxRequestBytes !== undefined;
