import type { SubscriptionForwarder } from '@urql/core';
import { createClient, type Client as Socket } from 'graphql-ws';
import { newRetries } from './retries.ts';
import { newSuspects, type Suspects } from './suspects.ts';

/** The state of a session's connection. */
export type Status =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Lost, with the milliseconds until the next retry and the server's reason, if it gave one. */
  | { readonly state: 'offline'; readonly retryIn: number; readonly reason?: string }
  /** The session has ended: retries cannot succeed. Log in again. */
  | { readonly state: 'ended' };

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Forbidden in graphql-transport-ws. Parley closes a socket with it when the session ends. */
const FORBIDDEN = 4403;
/** Try Again Later, in RFC 6455's registry. */
const TRY_AGAIN_LATER = 1013;
/** Closes without a reason worth reporting: Going Away, and no code at all. */
const PLAIN = [1001, 1005, 1006];
/** Closes that blame a frame: its form, type, text or size, and graphql-ws' Bad Request. */
const AT_FAULT = [1002, 1003, 1007, 1009, 4400];
export interface SocketOptions {
  /** The address of the API: http://host:port/graphql */
  readonly url: string;
  readonly token: string;
  /** Aborted when the connection is closed. */
  readonly closed: AbortSignal;
  readonly onStatus: (status: Status) => void;
}

/** Opens a socket that reconnects after every close but the end of the session. */
export function openSocket({ url, token, closed, onStatus }: SocketOptions) {
  const retries = newRetries();
  const suspects = newSuspects();
  const sockets = newSockets(suspects);
  const heartbeat = newHeartbeat(() => socket.terminate());

  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    webSocketImpl: sockets.impl,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !isForbidden(event),
    async retryWait() {
      const retryIn = retries.next();
      const reason = sockets.takeReason();
      onStatus({ state: 'offline', retryIn, ...(reason && { reason }) });
      await retries.wait(retryIn);
    },
    onNonLazyError: () => onStatus({ state: 'ended' }),
    keepAlive: PING_EVERY_MS,
    on: {
      connecting: () => onStatus({ state: 'connecting' }),
      connected() {
        sockets.setLive(true);
        retries.connected();
        onStatus({ state: 'live' });
      },
      ping: (received) => !received && heartbeat.pinged(),
      pong: (received) => received && heartbeat.stop(),
      closed() {
        sockets.setLive(false);
        heartbeat.stop();
      },
    },
  });

  closed.addEventListener('abort', () => {
    heartbeat.stop();
    retries.stop();
    // Rejects if a connection attempt is under way; that no longer matters.
    Promise.resolve(socket.dispose()).catch(() => {});
    sockets.close();
  });
  return {
    forward: forwardTo(socket, suspects),
    retry: () => (closed.aborted ? undefined : retries.skip()),
  };
}

const isForbidden = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'code' in event && event.code === FORBIDDEN;

/** Sends operations through the socket, each as a suspect while it is under way. */
function forwardTo(socket: Socket, suspects: Suspects): SubscriptionForwarder {
  return ({ query = '', variables }) => ({
    subscribe(sink) {
      const unsubscribe = socket.subscribe(
        { query, variables: variables as Record<string, unknown> },
        {
          next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
          error: (error) => end(() => sink.error(error)),
          complete: () => end(() => sink.complete()),
        },
      );
      // Deferred: unsubscribing between `next` and `complete` of one frame makes graphql-ws count
      // the operation as ended twice and close the socket.
      const stop = (): void => queueMicrotask(unsubscribe);
      const clear = suspects.add((message) => {
        stop();
        sink.error([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      });
      function end(report: () => void): void {
        clear();
        report();
      }
      return { unsubscribe: () => end(stop) };
    },
  });
}

/** The WebSockets of a client, of which graphql-ws opens one after another. */
function newSockets(suspects: Suspects) {
  let current: WebSocket | undefined;
  let live = false;
  let reason: string | undefined;

  /**
   * Runs before graphql-ws, which never reconnects after some codes and without a wait after
   * others.
   */
  function onClose(socket: WebSocket, event: CloseEvent): void {
    if (event.code === FORBIDDEN) return;
    event.stopImmediatePropagation();
    const described = `${event.code} ${event.reason}`.trim();
    if (!PLAIN.includes(event.code)) reason = described;
    if (live && AT_FAULT.includes(event.code)) suspects.blame(described);
    socket.onclose?.(new CloseEvent('close', { code: TRY_AGAIN_LATER, reason: event.reason }));
  }

  return {
    impl: new Proxy(WebSocket, {
      construct(Socket, [address, protocol]) {
        const socket = new Socket(address, protocol);
        socket.addEventListener('close', (event) => onClose(socket, event));
        current = socket;
        return socket;
      },
    }),
    setLive(now: boolean): void {
      live = now;
    },
    /** Returns the server's reason for the last close, once. */
    takeReason(): string | undefined {
      const taken = reason;
      reason = undefined;
      return taken;
    },
    close: () => current?.close(1000),
  };
}

/** Detects networks that drop packets silently: they close no socket, but no pong arrives. */
function newHeartbeat(terminate: () => void) {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  return {
    pinged(): void {
      overdue = setTimeout(terminate, PONG_WITHIN_MS);
    },
    stop: () => clearTimeout(overdue),
  };
}
