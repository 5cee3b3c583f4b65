import type { Messages } from '../../schema/context.ts';
import { BeyondMailboxError, sessionEnded } from '../../schema/errors.ts';
import type { CountedAccount } from '../store/locked-account.ts';
import { type Received, sendersOf } from '../store/mailbox.ts';
import { mailboxAsOf } from './mailbox.ts';
import { readTogether } from './read-together.ts';
import { type Services, topic } from './services.ts';

/** Messages whose senders are looked up at a time, for their receipts. */
const RECEIPT_BATCH = 1_000;

/** A recipient's word that it has handled what it received, through a position. */
export interface Acknowledgement {
  readonly accountId: string;
  readonly through: number;
}

/** An account's mark after an acknowledgement, and before. */
export interface Acknowledged
  extends Pick<CountedAccount, 'lastPosition' | 'gapThrough' | 'sentCount'> {
  readonly deliveredBefore: number;
  readonly deliveredThrough: number;
}

/** Decides an acknowledgement: the mark advances, never back, and never past the end. */
export function advanceMark(
  account: CountedAccount | undefined,
  through: number,
): Acknowledged | Error {
  if (!account) return sessionEnded();
  const { lastPosition, gapThrough, sentCount, deliveredThrough: deliveredBefore } = account;
  if (through > lastPosition) return new BeyondMailboxError(lastPosition);
  const deliveredThrough = Math.max(deliveredBefore, through);
  return { lastPosition, gapThrough, sentCount, deliveredBefore, deliveredThrough };
}

/**
 * Acknowledges messages, in the same transactions as messages are sent. Rings for the senders whose
 * messages are newly delivered.
 */
export function acknowledging(
  { store, bell, longWork }: Services,
  write: (acknowledgement: Acknowledgement) => Promise<Acknowledged>,
): Messages['acknowledge'] {
  const senders = readTogether((ranges: readonly Received[]) => sendersOf(store.db, ranges));

  async function ringSenders(
    recipientId: string,
    { deliveredBefore, deliveredThrough }: Acknowledged,
  ): Promise<void> {
    let after = deliveredBefore;
    await longWork(async () => {
      const through = Math.min(after + RECEIPT_BATCH, deliveredThrough);
      for (const senderId of await senders({ recipientId, after, through }))
        bell.ring(topic.receipts(senderId), recipientId);
      after = through;
      return through < deliveredThrough;
    });
  }

  return async ({ account: { id } }, through) => {
    const mark = await write({ accountId: id, through });
    if (mark.deliveredThrough > mark.deliveredBefore) await ringSenders(id, mark);
    const mailbox = await mailboxAsOf(store.db, { ...mark, id });
    return { mailbox, deliveredBefore: mark.deliveredBefore };
  };
}
