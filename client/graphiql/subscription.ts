import type { SubscribePayload } from 'graphql-ws';
import { showConnectionStatus } from './connection-status.ts';
import { withEarlierResults } from './earlier-results.ts';

/** The client of graphql-ws, which the page loads before this script. */
declare const graphqlWs: typeof import('graphql-ws');

export type Headers = Record<string, string>;

/** Where GraphiQL shows results. It shows an array of errors, or one, like a result with errors. */
interface Observer {
  next(result: object): void;
  error(errors: unknown): void;
  complete(): void;
}

/** The server closes a socket with this code once its session has ended. */
const SESSION_ENDED = 4403;

const SESSION_HAS_ENDED = { message: 'Your session has ended. Log in, then subscribe again.' };
const CONNECTION_REFUSED = { message: 'The server has closed the connection. Subscribe again.' };

/** The longest wait before the next attempt to connect. */
const MAX_WAIT_MS = 4_000;

/**
 * Subscribes over a socket of its own, with the headers that the tab has now. It continues after a
 * lost connection until the user stops it or the session ends. The server then sends what arrived
 * meanwhile, since it knows how far the account has acknowledged.
 */
export const subscription = (payload: SubscribePayload, headers: Headers) => ({
  subscribe(observer: Observer): { unsubscribe(): void } {
    const client = graphqlWs.createClient({
      url: location.origin.replace(/^http/, 'ws') + location.pathname,
      connectionParams: headers,
      keepAlive: 10_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: backOff,
      // The default tries again after some close codes only, and a server that was killed, or is
      // not there yet, shows as an error without one.
      shouldRetry(reason) {
        if (closeCode(reason) === SESSION_ENDED) return false;
        showConnectionStatus('The connection is lost. Reconnecting…');
        return true;
      },
      on: { connected: () => showConnectionStatus('') },
    });
    const withEarlier = withEarlierResults();
    const unsubscribe = client.subscribe(payload, {
      next: (result) => observer.next(withEarlier(result)),
      error(error) {
        showConnectionStatus('');
        observer.error(errorsIn(error));
      },
      complete: () => observer.complete(),
    });
    return {
      unsubscribe() {
        unsubscribe();
        void client.dispose();
        showConnectionStatus('');
      },
    };
  },
});

/** Waits twice as long after each attempt, and at random, so that clients do not return at once. */
async function backOff(attempts: number): Promise<void> {
  const longest = Math.min(500 * 2 ** attempts, MAX_WAIT_MS);
  await new Promise((resolve) => setTimeout(resolve, (longest * (1 + Math.random())) / 2));
}

/** Returns what ended a subscription: the server's errors, or our own words. */
function errorsIn(reason: unknown): unknown {
  if (Array.isArray(reason)) return reason;
  return closeCode(reason) === SESSION_ENDED ? SESSION_HAS_ENDED : CONNECTION_REFUSED;
}

const closeCode = (reason: unknown): unknown => Object(reason).code;
