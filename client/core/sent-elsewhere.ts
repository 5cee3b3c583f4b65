import type { Client } from '@urql/core';
import { MessageSent, type ShownMessage } from './documents/message.ts';
import { follow } from './subscription.ts';

export interface SentElsewhereOptions {
  /** Start after this `sentPosition`: where the account was when the session began. */
  readonly after: number;
  /** The ids of what was sent from here. Each is taken out when its message has come by. */
  readonly own: Set<string>;
  /**
   * Resolves once all is answered that is being sent from here now: the ids of that are not known
   * before.
   */
  answered(): Promise<void>;
  show(message: ShownMessage): void;
}

/** What the other clients of the account send, each message once and in order. */
export interface SentElsewhere {
  /** The `sentPosition` of the last message that came by, from here or from elsewhere. */
  readonly through: number;
  close(): void;
}

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
        // What one sends to oneself has a position, and comes into every inbox anyway.
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
