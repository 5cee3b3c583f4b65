import type { Client } from '@urql/core';
import { AGAIN_MS, codeOf, wait } from './connect.ts';
import { SendMessage, type ShownMessage } from './documents.ts';

/** What became of a message: stored for good, or refused with the API's reason. */
export type Outcome =
  | { readonly sent: true; readonly message: ShownMessage }
  | { readonly sent: false; readonly code: string; readonly reason: string };

/** Sends messages one after another, so that they arrive in the order in which they were written. */
export interface Outbox {
  /**
   * Resolves when the server has answered, however long the connection is away: a send that was cut off is sent
   * again with the same clientMessageId, and so stored once. Rejects when the session is over. One who keeps the
   * clientMessageId may send the same message again later, from another outbox too.
   */
  send(to: string, text: string, clientMessageId?: string): Promise<Outcome>;
  /** Resolves once all that is being sent now has been answered. */
  answered(): Promise<void>;
  /** How many have not been answered. */
  readonly waiting: number;
}

/** `onHeldUp` is told of a message that has to wait, since the server does not reach its database. */
export function openOutbox(client: Client, onHeldUp = () => {}): Outbox {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function post(input: { to: string; text: string; clientMessageId: string }): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      // The socket repeats this by itself after a reconnect, with the same variables.
      const { data, error } = await client.mutation(SendMessage, { input }).toPromise();
      const result = data?.sendMessage;
      if (!result && codeOf(error) !== 'UNAVAILABLE') throw error ?? new Error('The server gave no answer.');
      if (result?.__typename === 'SendMessageSuccess') return { sent: true, message: result.message };
      if (result && result.__typename !== 'RateLimitedError') {
        return { sent: false, code: result.__typename, reason: result.error };
      }
      if (!result && attempt === 1) onHeldUp();
      await wait(result?.retryAfter ?? AGAIN_MS);
    }
  }

  return {
    send(to, text, clientMessageId = uuid()) {
      waiting += 1;
      const input = { to, text, clientMessageId };
      const outcome = last
        .then(() => post(input))
        .finally(() => {
          waiting -= 1;
        });
      last = outcome.catch(() => {});
      return outcome;
    },
    answered: async () => void (await last),
    get waiting() {
      return waiting;
    },
  };
}

/** A random UUID. A browser has crypto.randomUUID only where the page came by HTTPS or from localhost. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
