import type { ShownMessage } from '../../core/documents/message.ts';
import {
  openPersistentOutbox,
  type PersistentOutbox,
  type PersistentOutboxOptions,
  type QueuedMessage,
} from '../../core/persistent-outbox.ts';
import type { LocalDrafts } from './local-drafts.ts';
import { createStore, type Readable } from './store.ts';

/** The messages that are not stored on the server yet, oldest first. */
export type Outgoing = Readable<readonly QueuedMessage[]> & PersistentOutbox;

interface OutgoingOptions {
  readonly outbox: PersistentOutboxOptions['outbox'];
  readonly local: LocalDrafts;
  /** Called with each message that the server has stored. */
  onStored(message: ShownMessage): void;
  onRefused(): void;
  readonly closed: AbortSignal;
}

export function openOutgoing({
  outbox,
  local,
  onStored,
  onRefused,
  closed,
}: OutgoingOptions): Outgoing {
  const store = createStore<readonly QueuedMessage[]>([]);
  const persistent = openPersistentOutbox({
    outbox,
    storage: local.outbox,
    onChange(list, stored) {
      store.set(list);
      if (stored) onStored(stored);
    },
    onRefused,
  });
  local.onRemoved(persistent.removed, closed);
  return { get: store.get, subscribe: store.subscribe, ...persistent };
}
