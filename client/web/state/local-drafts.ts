import type { OutboxStorage, QueuedMessage } from '../../core/persistent-outbox.ts';
import { isAccount } from './account.ts';
import { ownName } from './home.ts';
import { parseObject } from './json.ts';
import type { SafeStorage } from './storage.ts';
import { createStore, type Readable } from './store.ts';

/** The unsent text to each counterpart, by id. */
export interface Drafts extends Readable<ReadonlyMap<string, string>> {
  set(counterpartId: string, text: string): void;
}

/** The drafts and the outgoing messages of an account that this browser keeps. */
export interface LocalDrafts {
  readonly outbox: OutboxStorage;
  readonly drafts: Drafts;
  /** Calls a listener when another tab removes an outgoing message. */
  onRemoved(listener: (clientMessageId: string) => void, closed: AbortSignal): void;
  /** Removes everything. */
  clear(): void;
}

/**
 * Opens the drafts of an account by its id, since a username can be reused. Each entry has its own
 * key, so that tabs do not overwrite each other's entries.
 */
export function openLocalDrafts(storage: SafeStorage, accountId: string): LocalDrafts {
  const outbox = ownName(`${accountId}:outbox:`);
  const drafts = ownName(`${accountId}:draft:`);
  return {
    drafts: openDrafts(storage, drafts),
    outbox: {
      all: () =>
        storage.keys(outbox).flatMap((key) => {
          const message = parseQueuedMessage(storage.get(key));
          return message && key === outbox + message.clientMessageId ? message : [];
        }),
      put: (message) => storage.set(outbox + message.clientMessageId, JSON.stringify(message)),
      remove: (id) => storage.remove(outbox + id),
    },
    onRemoved(listener, closed) {
      const onStorage = ({ key, newValue }: StorageEvent): void => {
        if (key?.startsWith(outbox) && newValue === null) listener(key.slice(outbox.length));
      };
      window.addEventListener('storage', onStorage, { signal: closed });
    },
    clear() {
      for (const key of [...storage.keys(outbox), ...storage.keys(drafts)]) storage.remove(key);
    },
  };
}

function openDrafts(storage: SafeStorage, prefix: string): Drafts {
  const saved = storage
    .keys(prefix)
    .map((key) => [key.slice(prefix.length), storage.get(key) ?? ''] as const);
  const store = createStore<ReadonlyMap<string, string>>(new Map(saved));
  return {
    get: store.get,
    subscribe: store.subscribe,
    set(id, text) {
      const next = new Map(store.get()).set(id, text);
      if (text === '') {
        next.delete(id);
        storage.remove(prefix + id);
      } else storage.set(prefix + id, text);
      store.set(next);
    },
  };
}

function parseQueuedMessage(json: string | null): QueuedMessage | undefined {
  const { clientMessageId, to, text, writtenAt, failure, failureCode } = parseObject(json) ?? {};
  if (typeof clientMessageId !== 'string' || !isAccount(to)) return undefined;
  if (typeof text !== 'string' || typeof writtenAt !== 'string') return undefined;
  if (Number.isNaN(Date.parse(writtenAt))) return undefined;
  const message = { clientMessageId, to, text, writtenAt };
  if (typeof failure !== 'string') return message;
  return typeof failureCode === 'string'
    ? { ...message, failure, failureCode }
    : { ...message, failure };
}
