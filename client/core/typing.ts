import type { Client } from '@urql/core';
import { SetTyping } from './documents/typing.ts';

/** The time, in ms, after which typing is announced again. The server shows it twice as long. */
const REPEAT_MS = 3_000;

/** Announces to a counterpart that the viewer is typing. Refusals are ignored. */
export interface TypingNotifier {
  /** Call at each change that the user makes to a text. `to` is a username or an account id. */
  typed(to: string): void;
  /** Call when the text is sent or discarded, or its conversation is left. */
  stopped(): void;
}

/**
 * Opens a notifier. It announces typing at most every three seconds, and each end once.
 *
 * @example
 * const typing = openTypingNotifier(session.client);
 * input.oninput = () => (input.value ? typing.typed('bob') : typing.stopped());
 */
export function openTypingNotifier(client: Client): TypingNotifier {
  let last = { to: '', at: Number.NEGATIVE_INFINITY };
  let announced = false;

  function set(typing: boolean): void {
    announced = typing;
    client.mutation(SetTyping, { input: { with: last.to, typing } }).toPromise();
  }
  function stopped(): void {
    if (announced) set(false);
  }

  return {
    typed(to) {
      const at = performance.now();
      if (to !== last.to) stopped();
      else if (at - last.at < REPEAT_MS) return;
      last = { to, at };
      set(true);
    },
    stopped,
  };
}
