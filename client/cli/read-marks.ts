import type { Client } from '@urql/core';
import { MarkRead } from '../core/documents/conversation.ts';

/** Marks what a person has seen as read. */
export interface ReadMarks {
  /** Marks a conversation as read up to a message. */
  advance(counterpartId: string, through: string): void;
  /** Resolves once all marks are sent. */
  settled(): Promise<void>;
}

/** Sends one mark at a time, and for each conversation only the furthest of those that wait. */
export function newReadMarks(client: Client): ReadMarks {
  const waiting = new Map<string, string>();
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    for (const [other, through] of waiting) {
      waiting.delete(other);
      // A mark that fails is included in the next one.
      await client.mutation(MarkRead, { input: { with: other, through } }).toPromise();
    }
    sending = undefined;
  }

  return {
    advance(counterpartId, through) {
      waiting.set(counterpartId, through);
      sending ??= send();
    },
    settled: async () => sending,
  };
}
