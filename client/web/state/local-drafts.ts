import type { OutboxStorage, QueuedMessage } from '../../core/persistent-outbox.ts';
import { isAccount } from './account.ts';
import { parseObject } from './json.ts';

/** The drafts and the outgoing messages of an account that this browser keeps. */
export interface LocalDrafts {
  readonly outbox: OutboxStorage;
  /** Returns the draft to a counterpart, or an empty string. */
  get(counterpartId: string): string;
  set(counterpartId: string, text: string): void;
  /** Calls a listener when another tab removes an outgoing message. */
  onRemoved(listener: (clientMessageId: string) => void, closed: AbortSignal): void;
  /** Removes everything. */
  clear(): void;
}

/**
 * Opens the drafts of an account by its id, since a username can be reused. Each entry has its own
 * key, so that tabs do not overwrite each other's entries.
 */
export function openLocalDrafts(storage: Storage, accountId: string): LocalDrafts {
  const outbox = `parley:${accountId}:outbox:`;
  const drafts = `parley:${accountId}:draft:`;
  const keys = (prefix: string) => Object.keys(storage).filter((key) => key.startsWith(prefix));
  return {
    outbox: {
      all: () => keys(outbox).flatMap((key) => parseQueuedMessage(storage.getItem(key)) ?? []),
      put: (message) => storage.setItem(outbox + message.clientMessageId, JSON.stringify(message)),
      remove: (id) => storage.removeItem(outbox + id),
    },
    get: (id) => storage.getItem(drafts + id) ?? '',
    set(id, text) {
      if (text === '') storage.removeItem(drafts + id);
      else storage.setItem(drafts + id, text);
    },
    onRemoved(listener, closed) {
      const onStorage = ({ key, newValue }: StorageEvent): void => {
        if (key?.startsWith(outbox) && newValue === null) listener(key.slice(outbox.length));
      };
      window.addEventListener('storage', onStorage, { signal: closed });
    },
    clear() {
      for (const key of [...keys(outbox), ...keys(drafts)]) storage.removeItem(key);
    },
  };
}

function parseQueuedMessage(json: string | null): QueuedMessage | undefined {
  const { clientMessageId, to, text, writtenAt, failure, failureCode } = parseObject(json) ?? {};
  if (typeof clientMessageId !== 'string' || !isAccount(to)) return undefined;
  if (typeof text !== 'string' || typeof writtenAt !== 'string') return undefined;
  const message = { clientMessageId, to, text, writtenAt };
  if (typeof failure !== 'string') return message;
  return typeof failureCode === 'string'
    ? { ...message, failure, failureCode }
    : { ...message, failure };
}
