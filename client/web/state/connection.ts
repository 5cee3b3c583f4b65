import type { Status } from '../../core/connection.ts';
import { codeOf, RETRY_DELAY_MS } from '../../core/errors.ts';
import { createStore, type Readable } from './store.ts';

export type ConnectionState =
  | { readonly state: 'connecting' }
  /** Connected, while missed messages are still arriving. */
  | { readonly state: 'catching up' }
  | { readonly state: 'live' }
  | { readonly state: 'offline'; readonly retryAt: number; readonly reason: string | undefined };

interface ConnectionOptions {
  /**
   * Fetches what the streams do not send. Resolves with the last position of the mailbox, or with one
   * before it if messages were purged: live may come early, but it comes.
   */
  catchUp(): Promise<number>;
  /** The position through which messages have been shown. */
  shownThrough(): number;
  onOffline(): void;
  readonly closed: AbortSignal;
}

/** The connection as people see it: live once every missed message has been shown. */
export interface Connection extends Readable<ConnectionState> {
  update(status: Exclude<Status, { state: 'ended' }>): void;
  /** Changes to live if every missed message has been shown. */
  checkLive(): void;
}

export function trackConnection(options: ConnectionOptions): Connection {
  const { catchUp, shownThrough, onOffline, closed } = options;
  const store = createStore<ConnectionState>({ state: 'connecting' });
  /** The position that `catchUp` resolved with; unknown at first. */
  let end = Number.POSITIVE_INFINITY;

  async function start(): Promise<void> {
    end = Number.POSITIVE_INFINITY;
    store.set({ state: 'catching up' });
    try {
      end = await catchUp();
      checkLive();
    } catch (error) {
      // After the end of the session there is nothing to retry.
      if (codeOf(error) !== 'SESSION_ENDED' && !closed.aborted) setTimeout(start, RETRY_DELAY_MS);
    }
  }

  function checkLive(): void {
    if (store.get().state === 'catching up' && shownThrough() >= end) store.set({ state: 'live' });
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    checkLive,
    update(status) {
      if (status.state === 'live') start();
      else if (status.state === 'offline') {
        const { retryIn, reason } = status;
        store.set({ state: 'offline', retryAt: Date.now() + retryIn, reason });
        onOffline();
      }
      // A retry does not change what is shown: the page stays offline until it succeeds.
      else if (store.get().state !== 'offline') store.set(status);
    },
  };
}
