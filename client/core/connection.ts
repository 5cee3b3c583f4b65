import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { codeOf } from './errors.ts';
import { guard } from './guard.ts';
import { openSocket, type Status } from './socket.ts';

export type { Status };

export interface ConnectOptions {
  /** The address of the server: http://host:port, or with the path that a proxy puts it at. */
  readonly url: string;
  /**
   * The session token. Without it all operations use HTTP, and `onStatus` is never called.
   * @default undefined
   */
  readonly token?: string | undefined;
  /**
   * Called after each change of the connection.
   * @default does nothing
   */
  readonly onStatus?: (status: Status) => void;
  /**
   * Called when the server defers an operation, with the milliseconds until it is retried.
   * @default does nothing
   */
  readonly onRateLimited?: (milliseconds: number) => void;
}

export interface Connection {
  readonly client: Client;
  /** Tries to connect at once instead of at the next retry. */
  retry(): void;
  /** Ends the connection. Operations under way and later ones fail with a network error. */
  close(): void;
}

/**
 * The context of an operation that must not be repeated, such as a login: it uses HTTP, and fails
 * if the network does. All others use the socket, and are repeated after a reconnect.
 *
 * @example
 * client.mutation(Login, { input }, overHttp);
 */
export const overHttp = { once: true };

/** The same for another session than the connection's. */
export const overHttpAs = (token: string | undefined): object =>
  token === undefined
    ? overHttp
    : { ...overHttp, fetchOptions: { headers: { authorization: `Bearer ${token}` } } };

/**
 * Connects to a server, with a session token or without one.
 *
 * @example
 * const { client, close } = connect({ url: 'http://127.0.0.1:4000', token: login.token });
 */
export function connect({
  url,
  token,
  onStatus = () => {},
  onRateLimited = () => {},
}: ConnectOptions): Connection {
  const closing = new AbortController();
  const closed = closing.signal;
  let ended = false;
  const report = (status: Status): void => {
    if (ended || closed.aborted) return;
    ended = status.state === 'ended';
    onStatus(status);
  };
  const api = `${url.replace(/\/$/, '')}/graphql`;
  const socket =
    token === undefined ? undefined : openSocket({ url: api, token, closed, onStatus: report });
  const client = new Client({
    url: api,
    // No cache: results always come from the server.
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      mapExchange({
        onError(error) {
          if (codeOf(error) === 'SESSION_ENDED') report({ state: 'ended' });
        },
      }),
      guard({ closed, onRateLimited }),
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
  return { client, retry: () => socket?.retry(), close: () => closing.abort() };
}
