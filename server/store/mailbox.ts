import type { Kysely } from 'kysely';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** An account's mark after an attempt to advance it, and before. */
export interface AdvancedMark {
  readonly lastPosition: number;
  readonly deliveredBefore: number;
  readonly deliveredThrough: number;
  readonly sentCount: number;
}

/**
 * Advances the mark to `through`, never back and never past the end. Undefined without such an
 * account.
 */
export const advanceMark = (
  db: Kysely<Tables>,
  id: string,
  through: number,
): Promise<AdvancedMark | undefined> =>
  inTransaction(db, async (tx) => {
    const account = await tx
      .selectFrom('account')
      .select(['lastPosition', 'deliveredThrough', 'sentCount'])
      .where('id', '=', id)
      .where('closedAt', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!account) return undefined;
    const { lastPosition, deliveredThrough: deliveredBefore, sentCount } = account;
    const advances = through > deliveredBefore && through <= lastPosition;
    if (advances)
      await tx
        .updateTable('account')
        .set({ deliveredThrough: through })
        .where('id', '=', id)
        .execute();
    return {
      lastPosition,
      deliveredBefore,
      deliveredThrough: advances ? through : deliveredBefore,
      sentCount,
    };
  });

/** Returns the senders of the messages after one position, up to and including another. */
export async function sendersBetween(
  db: Db,
  recipientId: string,
  after: number,
  through: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('message')
    .select('senderId')
    .distinct()
    .where('recipientId', '=', recipientId)
    .where('position', '>', after)
    .where('position', '<=', through)
    .execute();
  return rows.map(({ senderId }) => senderId);
}
