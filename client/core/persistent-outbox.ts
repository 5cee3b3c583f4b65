import type { CombinedError } from '@urql/core';
import type { ShownMessage } from './documents/message.ts';
import { codeOf } from './errors.ts';
import { type Outbox, uuid } from './outbox.ts';

/** A message from the moment in which it is written until it is stored. */
export interface QueuedMessage {
  readonly clientMessageId: string;
  readonly to: { readonly id: string; readonly username: string };
  readonly text: string;
  readonly writtenAt: string;
  /** Why it was not stored, for people; while this is missing, it is being sent. */
  readonly failure?: string;
  /** The API's code for that reason. */
  readonly failureCode?: string;
}

/** Where outgoing messages outlive the process; each is put there before it is sent. */
export interface OutboxStorage {
  all(): readonly QueuedMessage[];
  put(message: QueuedMessage): void;
  remove(clientMessageId: string): void;
}

export interface PersistentOutboxOptions {
  /** A session, or an outbox of its own. */
  readonly outbox: Pick<Outbox, 'send'>;
  readonly storage: OutboxStorage;
  /** Told whenever the list has changed; with the message that was stored, when that is why. */
  onChange(list: readonly QueuedMessage[], stored?: ShownMessage): void;
  /** Told when the server has refused one. */
  onRefused?(): void;
}

/**
 * Messages on their way. What an earlier process left on the shelf is sent again with its
 * clientMessageId.
 */
export interface PersistentOutbox {
  send(to: QueuedMessage['to'], text: string): void;
  /** Sends one that failed once more: it is stored once, even if only the answer had failed. */
  retry(clientMessageId: string): void;
  /** Gives one that failed up. */
  discard(clientMessageId: string): void;
  /** Takes note that another process has removed it from the storage. */
  removed(clientMessageId: string): void;
}

export function openPersistentOutbox({
  outbox,
  storage,
  onChange,
  onRefused,
}: PersistentOutboxOptions): PersistentOutbox {
  let list = storage.all().toSorted((a, b) => (a.writtenAt < b.writtenAt ? -1 : 1));

  function put(message: QueuedMessage): void {
    const known = list.some(({ clientMessageId }) => clientMessageId === message.clientMessageId);
    list = known
      ? list.map((each) => (each.clientMessageId === message.clientMessageId ? message : each))
      : [...list, message];
    storage.put(message);
    onChange(list);
  }

  function drop(id: string, stored?: ShownMessage): void {
    list = list.filter(({ clientMessageId }) => clientMessageId !== id);
    onChange(list, stored);
  }

  async function post(message: QueuedMessage): Promise<void> {
    const { clientMessageId, to, text } = message;
    try {
      const outcome = await outbox.send(to.username, text, clientMessageId);
      if (!outcome.sent) {
        put({ ...message, failure: outcome.reason, failureCode: outcome.code });
        return onRefused?.();
      }
      storage.remove(clientMessageId);
      drop(clientMessageId, outcome.message);
    } catch (error) {
      // When the session is over it stays on the shelf as it is, for the next one.
      if (codeOf(error) === undefined || codeOf(error) === 'SESSION_ENDED') return;
      put({ ...message, failure: (error as CombinedError).graphQLErrors[0]?.message ?? '' });
    }
  }

  onChange(list);
  for (const message of list) if (message.failure === undefined) post(message);
  return {
    send(to, text) {
      const message = { clientMessageId: uuid(), to, text, writtenAt: new Date().toISOString() };
      put(message);
      post(message);
    },
    retry(id) {
      const found = list.find(
        ({ clientMessageId, failure }) => clientMessageId === id && failure !== undefined,
      );
      if (!found) return;
      const { failure: _failure, failureCode: _code, ...message } = found;
      put(message);
      post(message);
    },
    discard(id) {
      storage.remove(id);
      drop(id);
    },
    removed: (id) => drop(id),
  };
}
