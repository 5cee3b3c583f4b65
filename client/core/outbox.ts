import type { Client } from '@urql/core';
import { SendMessage, type ShownMessage } from './documents/message.ts';
import { codeOf, RETRY_DELAY_MS, wait } from './errors.ts';
import { isTooLarge } from './guard.ts';
import { limitsOf } from './limits.ts';

/** The result of a send: the stored message, or the API's reason for refusing it. */
export type Outcome =
  | { readonly sent: true; readonly message: ShownMessage }
  | { readonly sent: false; readonly code: string; readonly reason: string };

/** Sends messages one after another, so that they arrive in order. */
export interface Outbox {
  /**
   * Resolves when the server has answered, however long the connection is away: an interrupted send
   * is repeated with the same clientMessageId, and so stored once. Rejects when the session has
   * ended. With the same clientMessageId any outbox may repeat the send later.
   * @default clientMessageId is a random UUID
   */
  send(to: string, text: string, clientMessageId?: string): Promise<Outcome>;
  /** Resolves once the sends under way are answered. */
  answered(): Promise<void>;
  /** How many sends are not answered yet. */
  readonly waiting: number;
}

/** Why a send waits: the server's database is unavailable, or the sender is over a rate limit. */
export type SendDelay = 'UNAVAILABLE' | 'LIMIT_EXCEEDED';

/**
 * Opens an outbox. `onDelayed` is called once for each send that has to wait for the
 * server, with the milliseconds until it is tried again.
 *
 * @example
 * const outcome = await openOutbox(client).send('bob', 'Are you there?');
 * if (!outcome.sent) console.error(outcome.reason);
 */
export function openOutbox(
  client: Client,
  onDelayed: (reason: SendDelay, milliseconds: number) => void = () => {},
): Outbox {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function post(input: {
    to: string;
    text: string;
    clientMessageId: string;
  }): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      // The socket repeats this after a reconnect, with the same variables.
      const { data, error } = await client.mutation(SendMessage, { input }).toPromise();
      const result = data?.sendMessage;
      if (result?.__typename === 'SendMessageSuccess')
        return { sent: true, message: result.sentMessage };
      if (result && result.__typename !== 'RateLimitedError') {
        return { sent: false, code: result.__typename, reason: result.message };
      }
      if (isTooLarge(error)) return beyondLimit(input.text, error?.message ?? '');
      const why = result ? 'LIMIT_EXCEEDED' : codeOf(error);
      if (why !== 'UNAVAILABLE' && why !== 'LIMIT_EXCEEDED')
        throw error ?? new Error('The server sent no data.');
      const delay = result?.retryAfter ?? RETRY_DELAY_MS;
      if (attempt === 1) onDelayed(why, delay);
      await wait(delay);
    }
  }

  /** Explains a request that is too large, mostly by the length of its text. */
  async function beyondLimit(text: string, message: string): Promise<Outcome> {
    const { maxTextLength } = await limitsOf(client);
    const actual = [...text].length;
    if (actual <= maxTextLength)
      return { sent: false, code: 'LIMIT_EXCEEDED', reason: message.replace('[GraphQL] ', '') };
    const excess = actual - maxTextLength;
    const characters = `${grouped(excess)} character${excess === 1 ? '' : 's'}`;
    const reason = `The text is ${characters} over the limit of ${grouped(maxTextLength)}.`;
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

/** Returns a random UUID. Browsers have crypto.randomUUID only over HTTPS and on localhost. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const grouped = (count: number): string => count.toLocaleString('en-US');
