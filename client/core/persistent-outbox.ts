import { CombinedError } from '@urql/core';
import type { ShownMessage } from './documents/message.ts';
import { codeOf } from './errors.ts';
import { type Outbox, uuid } from './outbox.ts';

/** A message from the time it is written until the server has stored it. */
export interface QueuedMessage {
  readonly clientMessageId: string;
  readonly to: { readonly id: string; readonly username: string };
  readonly text: string;
  readonly writtenAt: string;
  /** Why the server refused it, for people. Without it the message is being sent. */
  readonly failure?: string;
  /** The API's code for that reason. */
  readonly failureCode?: string;
}

/** Storage that outlives the process. Each message is put there before it is sent. */
export interface OutboxStorage {
  all(): readonly QueuedMessage[];
  put(message: QueuedMessage): void;
  remove(clientMessageId: string): void;
}

export interface PersistentOutboxOptions {
  /** A session, or an outbox of its own. */
  readonly outbox: Pick<Outbox, 'send'>;
  readonly storage: OutboxStorage;
  /** Called after each change of the list, with the message that left it by being stored. */
  onChange(list: readonly QueuedMessage[], stored?: ShownMessage): void;
  /** Called when the server refuses a message. */
  onRefused?(): void;
}

/** An outbox whose messages outlive the process. */
export interface PersistentOutbox {
  send(to: QueuedMessage['to'], text: string): void;
  /** Sends a refused message again. It is stored once, even if only the answer had been lost. */
  retry(clientMessageId: string): void;
  /** Removes a refused message. */
  discard(clientMessageId: string): void;
  /** Call this when another process has removed a message from the storage. */
  removed(clientMessageId: string): void;
}

/**
 * Opens a persistent outbox, and sends again what an earlier process left in the storage.
 *
 * @example
 * const messages = openPersistentOutbox({ outbox: session, storage, onChange: (list) => draw(list) });
 * messages.send({ id, username: 'bob' }, 'Are you there?');
 */
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
      const outcome = await outbox.send(to.id, text, clientMessageId);
      if (!outcome.sent) {
        put({ ...message, failure: outcome.reason, failureCode: outcome.code });
        return onRefused?.();
      }
      storage.remove(clientMessageId);
      drop(clientMessageId, outcome.message);
    } catch (error) {
      // If the session has ended, the message stays in the storage for the next one.
      const [refusal] = error instanceof CombinedError ? error.graphQLErrors : [];
      if (refusal && codeOf(error) !== 'SESSION_ENDED')
        put({ ...message, failure: refusal.message });
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
