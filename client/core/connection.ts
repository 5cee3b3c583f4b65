import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { codeOf } from './errors.ts';
import { guard } from './guard.ts';
import { openSocket, type Status } from './socket.ts';

export type { Status };

export interface ConnectOptions {
  /** Where the server is: http://host:port */
  readonly url: string;
  /**
   * Of a login. Without it everything goes by plain HTTP, and there is no status to tell.
   * @default undefined
   */
  readonly token?: string | undefined;
  /** Called whenever the connection stands otherwise. */
  readonly onStatus?: (status: Status) => void;
  /**
   * Called when the server has put an operation off, with the milliseconds until it is asked again.
   */
  readonly onRateLimited?: (milliseconds: number) => void;
}

export interface Connection {
  readonly client: Client;
  /** Tries to connect at once, where the next try would come later. */
  retry(): void;
  /**
   * Ends the connection for good. What is under way, and what is asked afterwards, fails with a
   * network error.
   */
  close(): void;
}

/**
 * The context of an operation that must not be repeated by itself, such as a login: it goes by
 * plain HTTP, and fails when the network does. All others go over the socket, and once more after a
 * reconnect.
 */
export const overHttp = { once: true };

/** The same in the name of another session than the connection's. */
export const overHttpAs = (token: string | undefined): object =>
  token === undefined
    ? overHttp
    : { ...overHttp, fetchOptions: { headers: { authorization: `Bearer ${token}` } } };

/**
 * Connects to a server as one session, or as nobody. Every client of ours is built on this.
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
  const tell = (status: Status): void => {
    if (ended || closed.aborted) return;
    ended = status.state === 'ended';
    onStatus(status);
  };
  const socket = token === undefined ? undefined : openSocket({ url, token, closed, tell });
  const client = new Client({
    url: `${url}/graphql`,
    // Answers come from the server each time: what is shown is what is stored.
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      mapExchange({
        onError(error) {
          if (codeOf(error) === 'SESSION_ENDED') tell({ state: 'ended' });
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
