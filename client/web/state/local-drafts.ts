import type { OutboxStorage, QueuedMessage } from '../../core/persistent-outbox.ts';

/**
 * What one account has written here and is not stored on the server: drafts, and messages on their
 * way.
 */
export interface LocalDrafts {
  readonly shelf: OutboxStorage;
  draft(counterpartId: string): string;
  keepDraft(counterpartId: string, text: string): void;
  /** Told when another tab has taken an outgoing message away. */
  onRemoved(tell: (clientMessageId: string) => void, over: AbortSignal): void;
  /** Leaves nothing behind. */
  clear(): void;
}

/**
 * Opens the notebook of an account, by its id: a username may belong to somebody else later. Each
 * entry has a key of its own, so that tabs do not overwrite one another's.
 */
export function openLocalDrafts(storage: Storage, accountId: string): LocalDrafts {
  const outbox = `parley:${accountId}:outbox:`;
  const drafts = `parley:${accountId}:draft:`;
  const keys = (prefix: string) => Object.keys(storage).filter((key) => key.startsWith(prefix));
  return {
    shelf: {
      all: () => keys(outbox).map((key) => JSON.parse(storage.getItem(key) ?? '') as QueuedMessage),
      put: (message) => storage.setItem(outbox + message.clientMessageId, JSON.stringify(message)),
      remove: (id) => storage.removeItem(outbox + id),
    },
    draft: (id) => storage.getItem(drafts + id) ?? '',
    keepDraft(id, text) {
      if (text === '') storage.removeItem(drafts + id);
      else storage.setItem(drafts + id, text);
    },
    onRemoved(tell, signal) {
      const listen = ({ key, newValue }: StorageEvent): void => {
        if (key?.startsWith(outbox) && newValue === null) tell(key.slice(outbox.length));
      };
      window.addEventListener('storage', listen, { signal });
    },
    clear() {
      for (const key of [...keys(outbox), ...keys(drafts)]) storage.removeItem(key);
    },
  };
}
