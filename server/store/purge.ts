import type { Kysely } from 'kysely';
import { type AccountRow, accountForUpdate } from './account.ts';
import { deleteMessages } from './message-removal.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** Messages that one step deletes: a few milliseconds. */
const STEP = 200;

/**
 * Deletes some of the messages between two accounts, delivered or not. Returns how many: 0 when
 * there are none left.
 */
export const purgeSome = (db: Kysely<Tables>, ends: readonly [string, string]): Promise<number> =>
  inTransaction(db, async (tx) => {
    const ids = [...new Set(ends)].sort();
    const accounts: (AccountRow | undefined)[] = [];
    // One after the other, so that of two purges neither holds what the other one waits for.
    for (const id of ids) accounts.push(await accountForUpdate(tx, id));
    const messages = await someBetween(tx, ids);
    await deleteMessages(
      tx,
      messages.map(({ id }) => id),
    );
    for (const account of accounts) if (account) await passGap(tx, account, messages);
    return messages.length;
  });

/** Messages from one of these accounts to another, or to itself if there is one alone. */
const someBetween = (tx: Db, ids: readonly string[]) =>
  tx
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversationId')
    .select(['message.id', 'message.recipientId', 'message.position'])
    .where('conversation.lowId', '=', ids.at(0) ?? '')
    .where('conversation.highId', '=', ids.at(-1) ?? '')
    .limit(STEP)
    .execute();

/**
 * Moves the mark of a mailbox up to its next message, and notes up to where gaps may follow: deleted
 * messages are not pending.
 */
async function passGap(
  tx: Db,
  { id, lastPosition, deliveredThrough, gapThrough }: AccountRow,
  deleted: readonly Pick<Tables['message'], 'recipientId' | 'position'>[],
): Promise<void> {
  const received = deleted.filter(({ recipientId }) => recipientId === id);
  const next = await tx
    .selectFrom('message')
    .select('position')
    .where('recipientId', '=', id)
    .where('position', '>', deliveredThrough)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  await tx
    .updateTable('account')
    .set({
      deliveredThrough: next ? next.position - 1 : lastPosition,
      gapThrough: Math.max(gapThrough, ...received.map(({ position }) => position)),
    })
    .where('id', '=', id)
    .execute();
}
