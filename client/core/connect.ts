import {
  Client,
  CombinedError,
  fetchExchange,
  mapExchange,
  type OperationResult,
  type OperationResultSource,
  type SubscriptionForwarder,
  subscriptionExchange,
} from '@urql/core';
import { createClient } from 'graphql-ws';

/** How the connection of a session stands. */
export type Status =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** Lost; the next try comes in so many milliseconds. */
  | { readonly is: 'offline'; readonly retryIn: number }
  /** The session is over: no try will help, log in again. */
  | { readonly is: 'ended' }
  /** The server does not speak as it should; no try will help. */
  | { readonly is: 'failed'; readonly reason: string };

export interface ConnectOptions {
  /** Where the server is: http://host:port */
  readonly url: string;
  /** Of a login. Without it everything goes by plain HTTP, and there is no status to tell. */
  readonly token?: string | undefined;
  readonly onStatus?: (status: Status) => void;
}

export interface Connection {
  readonly client: Client;
  /** Tries to connect at once, where the next try would come later. */
  retry(): void;
  /** Ends the connection; what is still under way gets no answer. */
  close(): void;
}

/**
 * The context of an operation that must not be repeated by itself, such as a login: it goes by plain HTTP, and
 * fails when the network does. All others go over the socket, and once more after a reconnect.
 */
export const ONCE = { once: true };

/** The same in the name of another session than the connection's. */
export const onceAs = (token: string | undefined): object =>
  token === undefined ? ONCE : { ...ONCE, fetchOptions: { headers: { authorization: `Bearer ${token}` } } };

/** Waits for an answer. @throws {CombinedError} when there is none. */
export async function dataOf<Data>(answer: OperationResultSource<OperationResult<Data>>): Promise<Data> {
  const { data, error } = await answer.toPromise();
  if (!data) throw error ?? new Error('The server gave no answer.');
  return data;
}

/** The wait before something is tried again, after the server had a fault or could not reach its database. */
export const AGAIN_MS = 1_000;

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** The first wait after a loss, and the longest; in between it doubles. */
const RETRY_MS = { first: 250, longest: 10_000 };
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Forbidden, in graphql-transport-ws. Parley closes a socket with it when its session ends. */
const FORBIDDEN = 4403;

/** Connects to a server as one session, or as nobody. Every client of ours is built on this. */
export function connect({ url, token, onStatus = () => {} }: ConnectOptions): Connection {
  let over = false;
  const tell = (status: Status): void => {
    if (over) return;
    over = status.is === 'ended' || status.is === 'failed';
    onStatus(status);
  };
  const socket = token === undefined ? undefined : openSocket(url, token, tell);
  const client = new Client({
    url: `${url}/graphql`,
    // Answers come from the server each time: what is shown is what is stored.
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      mapExchange({
        onError(error) {
          if (codeOf(error) === 'SESSION_ENDED') tell({ is: 'ended' });
        },
      }),
      ...(socket
        ? [
            subscriptionExchange({
              isSubscriptionOperation: ({ context }) => !context.once,
              forwardSubscription: socket.forward,
            }),
          ]
        : []),
      fetchExchange,
    ],
  });
  return { client, retry: () => socket?.retry(), close: () => socket?.close() };
}

/** A socket that comes back by itself for as long as the session lasts. */
function openSocket(url: string, token: string, tell: (status: Status) => void) {
  let pongOverdue: ReturnType<typeof setTimeout> | undefined;
  let retry = (): void => {};
  const socket = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (reason) => !isClose(reason) || reason.code !== FORBIDDEN,
    async retryWait(retries) {
      const wait = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** retries);
      // Half of it by chance: when a server restarts, its clients do not all come back at once.
      const retryIn = Math.round((wait * (1 + Math.random())) / 2);
      tell({ is: 'offline', retryIn });
      await new Promise<void>((resolve) => {
        retry = resolve;
        setTimeout(resolve, retryIn);
      });
    },
    onNonLazyError(reason) {
      if (isClose(reason) && reason.code === FORBIDDEN) tell({ is: 'ended' });
      else tell({ is: 'failed', reason: isClose(reason) ? `${reason.code} ${reason.reason}` : String(reason) });
    },
    keepAlive: PING_EVERY_MS,
    on: {
      connecting: () => tell({ is: 'connecting' }),
      connected: () => tell({ is: 'live' }),
      // A network that swallows packets closes no socket: an answer that does not come does.
      ping: (received) => {
        if (!received) pongOverdue = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongOverdue);
      },
      closed: () => clearTimeout(pongOverdue),
    },
  });
  const forward: SubscriptionForwarder = ({ query = '', variables }) => ({
    subscribe(sink) {
      const unsubscribe = socket.subscribe({ query, variables: variables as Record<string, unknown> }, sink);
      // Not at once: an answer and its end may come in one piece, and graphql-ws, told by us between the two, would
      // count the operation as ended twice, and close the socket under all others.
      return { unsubscribe: () => queueMicrotask(unsubscribe) };
    },
  });
  return {
    forward,
    retry: () => retry(),
    close() {
      clearTimeout(pongOverdue);
      // It rejects when a try to connect is under way and fails, which is no news to one who leaves.
      Promise.resolve(socket.dispose()).catch(() => {});
    },
  };
}

const isClose = (reason: unknown): reason is { code: number; reason: string } =>
  typeof reason === 'object' && reason !== null && 'code' in reason && 'reason' in reason;

/** The code of an error that the server answered with; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof CombinedError ? error.graphQLErrors[0]?.extensions.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
