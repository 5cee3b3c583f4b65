import type { Client } from '@urql/core';
import { SendMessage, type ShownMessage } from './documents/message.ts';
import { codeOf, RETRY_DELAY_MS, wait } from './errors.ts';
import { isTooLarge } from './guard.ts';
import { limitsOf } from './limits.ts';

/** What became of a message: stored for good, or refused with the API's reason. */
export type Outcome =
  | { readonly sent: true; readonly message: ShownMessage }
  | { readonly sent: false; readonly code: string; readonly reason: string };

/**
 * Sends messages one after another, so that they arrive in the order in which they were written.
 */
export interface Outbox {
  /**
   * Resolves when the server has answered, however long the connection is away: a send that was cut
   * off is sent again with the same clientMessageId, and so stored once. Rejects when the session
   * is over. One who keeps the clientMessageId may send the same message again later, from another
   * outbox too.
   */
  send(to: string, text: string, clientMessageId?: string): Promise<Outcome>;
  /** Resolves once all that is being sent now has been answered. */
  answered(): Promise<void>;
  /** How many have not been answered. */
  readonly waiting: number;
}

/** What a message waits for: the server's database, or the time until its sender may send again. */
export type SendDelay = 'UNAVAILABLE' | 'LIMIT_EXCEEDED';

/**
 * Opens an outbox. `onDelayed` is called once for a message that has to wait for the server.
 *
 * @example
 * const outcome = await openOutbox(client).send('bob', 'Are you there?');
 * if (!outcome.sent) console.error(outcome.reason);
 */
export function openOutbox(client: Client, onDelayed: (why: SendDelay) => void = () => {}): Outbox {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function post(input: {
    to: string;
    text: string;
    clientMessageId: string;
  }): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      // The socket repeats this by itself after a reconnect, with the same variables.
      const { data, error } = await client.mutation(SendMessage, { input }).toPromise();
      const result = data?.sendMessage;
      if (result?.__typename === 'SendMessageSuccess')
        return { sent: true, message: result.message };
      if (result && result.__typename !== 'RateLimitedError') {
        return { sent: false, code: result.__typename, reason: result.error };
      }
      if (isTooLarge(error)) return beyondLimit(input.text, error?.message ?? '');
      const why = result ? 'LIMIT_EXCEEDED' : codeOf(error);
      if (why !== 'UNAVAILABLE' && why !== 'LIMIT_EXCEEDED')
        throw error ?? new Error('The server gave no answer.');
      if (attempt === 1) onDelayed(why);
      await wait(result?.retryAfter ?? RETRY_DELAY_MS);
    }
  }

  /**
   * A request that is too large to be sent: mostly by its text, and then the server's words for
   * that say why.
   */
  async function beyondLimit(text: string, message: string): Promise<Outcome> {
    const { maxTextLength } = await limitsOf(client);
    const actual = [...text].length;
    if (actual <= maxTextLength)
      return { sent: false, code: 'LIMIT_EXCEEDED', reason: message.replace('[GraphQL] ', '') };
    const reason = `The text is ${actual - maxTextLength} characters over the limit of ${maxTextLength}.`;
    return { sent: false, code: 'InvalidTextError', reason };
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

/**
 * A random UUID. A browser has crypto.randomUUID only where the page came by HTTPS or from
 * localhost.
 */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
