import type { Client } from '@urql/core';
import { SendMessage, type ShownMessage } from './documents.ts';

/** What became of a message: stored for good, or refused with the API's reason. */
export type Outcome =
  | { readonly sent: true; readonly message: ShownMessage }
  | { readonly sent: false; readonly code: string; readonly reason: string };

/** Sends messages one after another, so that they arrive in the order in which they were written. */
export interface Outbox {
  /**
   * Resolves when the server has answered, however long the connection is away: a send that was cut off is sent
   * again with the same clientMessageId, and so stored once. Rejects when the session is over.
   */
  send(to: string, text: string): Promise<Outcome>;
  /** How many have not been answered. */
  readonly waiting: number;
}

export function openOutbox(client: Client): Outbox {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function post(input: { to: string; text: string; clientMessageId: string }): Promise<Outcome> {
    for (;;) {
      // The socket repeats this by itself after a reconnect, with the same variables.
      const { data, error } = await client.mutation(SendMessage, { input }).toPromise();
      if (!data) throw error ?? new Error('The server gave no answer.');
      const result = data.sendMessage;
      if (result.__typename === 'SendMessageSuccess') return { sent: true, message: result.message };
      if (result.__typename !== 'RateLimitedError') {
        return { sent: false, code: result.__typename, reason: result.error };
      }
      await new Promise((resolve) => setTimeout(resolve, result.retryAfter));
    }
  }

  return {
    send(to, text) {
      waiting += 1;
      const input = { to, text, clientMessageId: crypto.randomUUID() };
      const outcome = last
        .then(() => post(input))
        .finally(() => {
          waiting -= 1;
        });
      last = outcome.catch(() => {});
      return outcome;
    },
    get waiting() {
      return waiting;
    },
  };
}
