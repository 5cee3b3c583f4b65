import type { Client } from '@urql/core';
import { PresenceChanged } from '../../core/documents/presence.ts';
import { follow } from '../../core/subscription.ts';
import { createStore, type Readable } from './store.ts';

/** Who is there, of those who are watched: true or false by id. */
export interface Presence extends Readable<ReadonlyMap<string, boolean>> {
  /** Watches these usernames from now on, instead of others. */
  watch(usernames: readonly string[]): void;
  /** Nobody is known to be there, or not, until the server says so again. */
  forget(): void;
  close(): void;
}

/** As many as the server lets a client watch, unless it is set otherwise. */
const MOST = 100;

/** Opens it; `onLeft` is told who was there and is not any more. */
export function openPresence(client: Client, onLeft: (id: string) => void): Presence {
  const store = createStore<ReadonlyMap<string, boolean>>(new Map());
  let watched = '';
  let stop = (): void => {};
  return {
    get: store.get,
    subscribe: store.subscribe,
    watch(usernames) {
      const of = usernames.slice(0, MOST).toSorted();
      if (of.join() === watched) return;
      watched = of.join();
      stop();
      stop = follow(client, PresenceChanged, { of }, ({ presenceChanged: { id, online } }) => {
        const left = store.get().get(id) === true && !online;
        store.set(new Map(store.get()).set(id, online ?? false));
        if (left) onLeft(id);
      });
    },
    forget: () => store.set(new Map()),
    close: () => stop(),
  };
}
