import type { Client } from '@urql/core';
import { TypingChanged } from '../core/documents/typing.ts';
import { follow } from '../core/subscription.ts';
import { openTypingNotifier } from '../core/typing.ts';
import type { Event } from './event.ts';

/** Who is typing, in both directions. Nothing of it is stored, and what fails is not repeated. */
export interface Typing {
  /** Reports whether the counterpart of a conversation is typing, until the next call. */
  watch(conversationId: string | undefined): void;
  /** Tells an account whether the viewer is typing to it. May be called at each key. */
  set(counterpartId: string, isTyping: boolean): void;
}

export function newTyping(client: Client, say: (event: Event) => void): Typing {
  let stop = (): void => {};
  const notifier = openTypingNotifier(client);
  return {
    watch(conversationId) {
      stop();
      stop = () => {};
      if (conversationId === undefined) return;
      stop = follow(client, TypingChanged, { in: [conversationId] }, ({ typingChanged }) => {
        const { counterpartId, counterpartUsername, typing } = typingChanged;
        say({ event: 'typing', with: counterpartUsername, counterpartId, typing });
      });
    },
    set(counterpartId, isTyping) {
      if (isTyping) notifier.typed(counterpartId);
      else notifier.stopped();
    },
  };
}
