import { sendBatch } from '../../server/domain/send.ts';
import type { Store } from '../../server/store/open.ts';

/** Stores messages from one account to another, without any limit on their number. */
export async function fillMailbox(
  { db }: Store,
  { senderId, to, count }: { senderId: string; to: string; count: number },
): Promise<void> {
  const draft = { senderId, to, text: 'hello', clientMessageId: null };
  for (let stored = 0; stored < count; stored += 500) {
    const drafts = Array.from({ length: Math.min(500, count - stored) }, () => draft);
    await sendBatch(db, drafts, Number.MAX_SAFE_INTEGER, Date.now());
  }
}
