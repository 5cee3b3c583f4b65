import { writeBatch } from '../../server/domain/write.ts';
import type { Store } from '../../server/store/open.ts';

/** What one batch of the server holds at most. */
const BATCH = 500;

interface Messages {
  readonly senderId: string;
  readonly to: string;
  readonly texts: readonly string[];
}

/** Stores messages without ringing for them and without any limit on their number. */
export async function storeMessages(
  { db }: Store,
  { senderId, to, texts }: Messages,
): Promise<void> {
  for (let first = 0; first < texts.length; first += BATCH) {
    const drafts = texts
      .slice(first, first + BATCH)
      .map((text) => ({ senderId, to, text, clientMessageId: null }));
    // Waits for the recipient, whose client may be acknowledging at this moment.
    const { results } = await writeBatch(db, drafts, Number.MAX_SAFE_INTEGER, Date.now(), to);
    const left = results.find((result) => !('text' in result));
    if (left) throw new Error('A message was not stored', { cause: left });
  }
}

/** Stores a number of messages from one account to another. */
export const fillMailbox = (
  store: Store,
  { senderId, to, count }: { senderId: string; to: string; count: number },
): Promise<void> => storeMessages(store, { senderId, to, texts: Array(count).fill('hello') });
