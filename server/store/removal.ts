import type { Kysely, Transaction } from 'kysely';
import { deleteAddressesOf } from './known-address.ts';
import { deleteSessionsOf } from './session.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/**
 * Rows that one transaction removes: a few milliseconds of work, which others may have to wait for.
 */
const BATCH = 200;

/**
 * The ids of accounts that are deleted but not yet removed: usually none. Their mailboxes are
 * hidden from everybody, so a list of messages leaves out those whose recipient is among them.
 */
export const closedAccounts = (db: Db) =>
  db.selectFrom('account').select('account.id').where('account.closedAt', 'is not', null);

/**
 * Deletes an account for everybody: its username is free, its sessions have ended, and nothing
 * finds it any more. What it sent stays with the recipients. Its rows remain, hidden, until
 * `removeBatch` has removed them.
 */
export async function closeAccount(
  tx: Transaction<Tables>,
  id: string,
  now: number,
): Promise<void> {
  await deleteSessionsOf(tx, id);
  await deleteAddressesOf(tx, id);
  await tx
    .updateTable('account')
    // An id is longer than any username, so it takes nobody's.
    .set({ username: id, passwordHash: '', closedAt: now })
    .where('id', '=', id)
    .execute();
  await removeCounterpart(tx, id);
}

/**
 * Updates the other sides of a closed account's conversations: they end with the last message that
 * it sent.
 */
async function removeCounterpart(tx: Db, id: string): Promise<void> {
  await tx
    .deleteFrom('participant')
    .where('counterpartId', '=', id)
    .where('accountId', 'not in', closedAccounts(tx))
    .where(({ eb, not, exists }) =>
      not(
        exists(
          eb
            .selectFrom('message')
            .select('message.id')
            .whereRef('message.recipientId', '=', 'participant.accountId')
            .where('message.senderId', '=', id),
        ),
      ),
    )
    .execute();
  await tx
    .updateTable('participant')
    .set(({ selectFrom }) => ({
      lastMessageId: selectFrom('message')
        .select('message.id')
        .whereRef('message.recipientId', '=', 'participant.accountId')
        .where('message.senderId', '=', id)
        .orderBy('message.position', 'desc')
        .limit(1)
        .$asScalar()
        .$notNull(),
    }))
    .where('counterpartId', '=', id)
    .where('accountId', 'not in', closedAccounts(tx))
    .where(({ eb, selectFrom }) =>
      eb(
        selectFrom('message')
          .select('message.recipientId')
          .whereRef('message.id', '=', 'participant.lastMessageId'),
        '=',
        id,
      ),
    )
    .execute();
}

/**
 * Removes some of what closed accounts have left, in one short transaction; answers false when
 * nothing is left to do. Servers may do this at the same time: each takes an account that no other
 * one is at.
 */
export const removeBatch = (db: Kysely<Tables>): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const account = await tx
      .selectFrom('account')
      .select(['id', 'lastPosition'])
      .where('closedAt', 'is not', null)
      .orderBy('closedAt')
      .orderBy('id')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!account) return false;
    const removed = (await removeMessages(tx, account)) || (await removeSides(tx, account.id));
    if (!removed) await tx.deleteFrom('account').where('id', '=', account.id).execute();
    return true;
  });

/**
 * Removes the last messages of a mailbox, and shortens it by these; answers false when it is empty.
 */
async function removeMessages(
  tx: Db,
  { id, lastPosition }: { id: string; lastPosition: number },
): Promise<boolean> {
  if (lastPosition === 0) return false;
  const left = Math.max(lastPosition - BATCH, 0);
  await tx
    .deleteFrom('message')
    .where('recipientId', '=', id)
    .where('position', '>', left)
    .execute();
  await tx.updateTable('account').set({ lastPosition: left }).where('id', '=', id).execute();
  return true;
}

/**
 * Removes an account's sides of conversations, and the conversations that have no side left; false
 * when it had none.
 */
async function removeSides(tx: Db, accountId: string): Promise<boolean> {
  const sides = await tx
    .selectFrom('participant')
    .select('conversationId')
    .where('accountId', '=', accountId)
    .limit(BATCH)
    .execute();
  if (sides.length === 0) return false;
  const ids = sides.map(({ conversationId }) => conversationId);
  // Locked first, so that of two accounts that are removed at the same time the later one sees that
  // the other has gone.
  await tx
    .selectFrom('conversation')
    .select('id')
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
  await tx
    .deleteFrom('participant')
    .where('accountId', '=', accountId)
    .where('conversationId', 'in', ids)
    .execute();
  await tx
    .deleteFrom('conversation')
    .where('id', 'in', ids)
    .where(({ eb, not, exists }) =>
      not(
        exists(
          eb
            .selectFrom('participant')
            .select('participant.accountId')
            .whereRef('participant.conversationId', '=', 'conversation.id'),
        ),
      ),
    )
    .execute();
  return true;
}
