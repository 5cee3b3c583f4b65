import type { SubscriptionForwarder } from '@urql/core';
import { createClient } from 'graphql-ws';

/** How the connection of a session stands. */
export type Status =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /**
   * Lost; the next try comes in so many milliseconds. The reason is the server's, where it gave
   * one.
   */
  | { readonly state: 'offline'; readonly retryIn: number; readonly reason?: string }
  /** The session is over: no try will help, log in again. */
  | { readonly state: 'ended' };

/** The first wait after a loss, and the longest; in between it doubles. */
const RETRY_MS = { first: 250, longest: 10_000 };
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Forbidden, in graphql-transport-ws. Parley closes a socket with it when its session ends. */
const FORBIDDEN = 4403;
/** Try Again Later, in RFC 6455's registry. */
const TRY_AGAIN_LATER = 1013;
/** Closes that need no explanation: Going Away, and those without a word. */
const PLAIN = [1001, 1005, 1006];
/**
 * Closes that say that a frame was at fault: its form, its kind, its text, its size, and
 * graphql-ws' Bad Request.
 */
const AT_FAULT = [1002, 1003, 1007, 1009, 4400];
/**
 * An operation that was under way at so many of these is taken for the cause, and not asked again.
 */
const MOST_FAULTS = 3;

export interface SocketOptions {
  /** Where the server is: http://host:port */
  readonly url: string;
  readonly token: string;
  /** Aborted when the connection is closed for good. */
  readonly closed: AbortSignal;
  readonly tell: (status: Status) => void;
}

/**
 * A socket that comes back by itself for as long as the session lasts, whatever the server closes
 * it with.
 */
export function openSocket({ url, token, closed, tell }: SocketOptions) {
  const backoff = newBackoff();
  const suspects = newSuspects();
  let current: WebSocket | undefined;
  let live = false;
  let reason: string | undefined;
  let pongOverdue: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let retry = (): void => {};

  /**
   * Comes before graphql-ws, which never comes back from some codes, and without a wait from
   * others.
   */
  function onClose(event: CloseEvent): void {
    if (event.code === FORBIDDEN) return;
    event.stopImmediatePropagation();
    const words = `${event.code} ${event.reason}`.trim();
    if (!PLAIN.includes(event.code)) reason = words;
    if (live && AT_FAULT.includes(event.code)) suspects.blame(words);
    const socket = event.target as WebSocket;
    socket.onclose?.(new CloseEvent('close', { code: TRY_AGAIN_LATER, reason: event.reason }));
  }

  const socket = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    webSocketImpl: new Proxy(WebSocket, {
      construct(Socket, [address, protocol]) {
        current = new Socket(address, protocol);
        current.addEventListener('close', onClose);
        return current;
      },
    }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (fault) => (fault as Partial<CloseEvent>).code !== FORBIDDEN,
    async retryWait() {
      const retryIn = backoff.next();
      tell({ state: 'offline', retryIn, ...(reason && { reason }) });
      reason = undefined;
      await new Promise<void>((resolve) => {
        retry = resolve;
        waiting = setTimeout(resolve, retryIn);
      });
    },
    onNonLazyError: () => tell({ state: 'ended' }),
    keepAlive: PING_EVERY_MS,
    on: {
      connecting: () => tell({ state: 'connecting' }),
      connected: () => {
        live = true;
        backoff.connected();
        tell({ state: 'live' });
      },
      // A network that swallows packets closes no socket: an answer that does not come does.
      ping: (received) => {
        if (!received) pongOverdue = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongOverdue);
      },
      closed: () => {
        live = false;
        clearTimeout(pongOverdue);
      },
    },
  });

  const forward: SubscriptionForwarder = ({ query = '', variables }) => ({
    subscribe(sink) {
      const unsubscribe = socket.subscribe(
        { query, variables: variables as Record<string, unknown> },
        {
          next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
          error: (error) => end(() => sink.error(error)),
          complete: () => end(() => sink.complete()),
        },
      );
      // Not at once: an answer and its end may come in one piece, and graphql-ws, told by us
      // between the two, would count the operation as ended twice, and close the socket under all
      // others.
      const stop = (): void => queueMicrotask(unsubscribe);
      const clear = suspects.add((message) => {
        stop();
        sink.error([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      });
      function end(tellSink: () => void): void {
        clear();
        tellSink();
      }
      return { unsubscribe: () => end(stop) };
    },
  });

  closed.addEventListener('abort', () => {
    clearTimeout(pongOverdue);
    // A wait that never ends, so that no try follows it.
    clearTimeout(waiting);
    // It rejects when a try to connect is under way and fails, which is no news to one who leaves.
    Promise.resolve(socket.dispose()).catch(() => {});
    current?.close(1000);
  });
  return { forward, retry: () => (closed.aborted ? undefined : retry()) };
}

/**
 * How long to wait before the next try. Part of it by chance: the clients of a server do not come
 * back all at once.
 */
function newBackoff() {
  let wait = 0;
  let connectedAt = Number.POSITIVE_INFINITY;
  return {
    connected(): void {
      connectedAt = performance.now();
    },
    next(): number {
      // A server that lets one in and soon turns one away again gets no more tries than one that is
      // not there.
      if (performance.now() - connectedAt > wait) wait = 0;
      connectedAt = Number.POSITIVE_INFINITY;
      wait = Math.min(RETRY_MS.longest, wait === 0 ? RETRY_MS.first : 2 * wait);
      return Math.round((wait * (1 + Math.random())) / 2);
    },
  };
}

/** The operations under way, any of which may be why the server closes the socket. */
function newSuspects() {
  const all = new Set<{ faults: number; refuse(message: string): void }>();
  return {
    /** Returns how to take it off the list. */
    add(refuse: (message: string) => void): () => void {
      const suspect = { faults: 0, refuse };
      all.add(suspect);
      return () => void all.delete(suspect);
    },
    blame(words: string): void {
      for (const suspect of all) {
        suspect.faults += 1;
        if (suspect.faults < MOST_FAULTS) continue;
        all.delete(suspect);
        suspect.refuse(`The server closed the connection on this request (${words}).`);
      }
    },
  };
}
