import type { Client } from '@urql/core';
import { TypingChanged } from '../../core/documents/typing.ts';
import { limitsOf } from '../../core/limits.ts';
import { follow } from '../../core/subscription.ts';
import type { Account } from './account.ts';
import { byRecency, type People } from './people.ts';
import { createStore, type Readable } from './store.ts';

/** The counterparts who are typing to the viewer, by id. */
export interface Typing extends Readable<ReadonlySet<string>> {
  /** Watches also a conversation that is not in the list yet. */
  add(counterpartId: string, conversationId: string): void;
  /** Hides a counterpart: what it was typing has arrived. */
  hide(id: string): void;
  /** Hides all until the server sends them again. */
  forget(): void;
}

interface TypingOptions {
  readonly client: Client;
  readonly people: People;
  readonly selection: Readable<Account | undefined>;
  readonly closed: AbortSignal;
}

/**
 * Watches the open conversation and the most recent ones, in one subscription, while the tab is
 * visible.
 */
export function openTyping({ client, people, selection, closed }: TypingOptions): Typing {
  const store = createStore<ReadonlySet<string>>(new Set());
  const added = new Map<string, string>();
  let max = 0;
  let watched = '';
  let stop = (): void => {};

  function set(id: string, typing: boolean): void {
    if (store.get().has(id) === typing) return;
    const others = [...store.get()].filter((each) => each !== id);
    store.set(new Set(typing ? [...others, id] : others));
  }

  function inSight(): string[] {
    if (closed.aborted || document.visibilityState !== 'visible') return [];
    const recent = [...people.get().values()].filter(({ deleted }) => !deleted).toSorted(byRecency);
    const ids = [selection.get() ?? [], recent].flat().map(({ id }) => id);
    const conversations = ids.map((id) => people.get().get(id)?.conversationId ?? added.get(id));
    return [...new Set(conversations.filter((id) => id !== undefined))].slice(0, max).toSorted();
  }

  function watch(): void {
    const ids = inSight();
    if (ids.join() === watched) return;
    watched = ids.join();
    stop();
    // The next subscription begins with those who are typing.
    store.set(new Set());
    stop =
      ids.length === 0
        ? () => {}
        : follow(client, TypingChanged, { in: ids }, ({ typingChanged }) =>
            set(typingChanged.counterpartId, typingChanged.typing),
          );
  }

  limitsOf(client).then(
    (limits) => {
      max = limits.maxWatchedAccounts;
      watch();
    },
    () => {},
  );
  people.subscribe(watch);
  selection.subscribe(watch);
  document.addEventListener('visibilitychange', watch, { signal: closed });
  closed.addEventListener('abort', watch);

  return {
    get: store.get,
    subscribe: store.subscribe,
    add(counterpartId, conversationId) {
      added.set(counterpartId, conversationId);
      watch();
    },
    hide: (id) => set(id, false),
    forget: () => store.set(new Set()),
  };
}
