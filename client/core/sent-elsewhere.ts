import type { Client } from '@urql/core';
import { MessageSent, type ShownMessage } from './documents/message.ts';
import { follow } from './subscription.ts';

export interface SentElsewhereOptions {
  /** Start after this `sentPosition`: the mailbox's `sentThrough` at login. */
  readonly after: number;
  /** The ids of the messages sent from here. Each is removed once the stream has repeated it. */
  readonly own: Set<string>;
  /** Resolves once the sends under way are answered, so that their ids are in `own`. */
  answered(): Promise<void>;
  show(message: ShownMessage): void;
}

/** The messages that other clients of the account send, in order and each once. */
export interface SentElsewhere {
  /** The `sentPosition` of the last message received, from here or from elsewhere. */
  readonly through: number;
  close(): void;
}

/**
 * Follows the messages that other clients of the account send.
 *
 * @example
 * const own = new Set<string>();
 * const { answered } = outbox;
 * const after = login.mailbox.sentThrough;
 * openSentElsewhere(client, { after, own, answered, show: ({ text }) => console.log(text) });
 */
export function openSentElsewhere(
  client: Client,
  { after, own, answered, show }: SentElsewhereOptions,
): SentElsewhere {
  let through = after;
  let last: Promise<void> = Promise.resolve();

  const close = follow(
    client,
    MessageSent,
    {
      get after() {
        return through;
      },
    },
    ({ messageSent: message }) => {
      through = message.sentPosition ?? through;
      last = last.then(answered).then(() => {
        // A message to oneself has a position, and arrives in every inbox anyway.
        if (!own.delete(message.id) && message.position === null) show(message);
      });
    },
  );

  return {
    get through() {
      return through;
    },
    close,
  };
}
