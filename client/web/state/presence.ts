import type { Client } from '@urql/core';
import { PresenceChanged } from '../../core/documents/presence.ts';
import { follow } from '../../core/subscription.ts';
import { createStore, type Readable } from './store.ts';

/** Whether the watched accounts are online, by id. */
export interface Presence extends Readable<ReadonlyMap<string, boolean>> {
  /** Watches these usernames instead of the previous ones. */
  watch(usernames: readonly string[]): void;
  /** Forgets who is online until the server sends it again. */
  forget(): void;
  close(): void;
}

/** The number of accounts that the server lets a client watch by default. */
const MAX_WATCHED = 100;

/** Opens the presence. `onLeft` is called when a watched account goes offline. */
export function openPresence(client: Client, onLeft: (id: string) => void): Presence {
  const store = createStore<ReadonlyMap<string, boolean>>(new Map());
  let watched = '';
  let stop = (): void => {};
  return {
    get: store.get,
    subscribe: store.subscribe,
    watch(usernames) {
      const of = usernames.slice(0, MAX_WATCHED).toSorted();
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
