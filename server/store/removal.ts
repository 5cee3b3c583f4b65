import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import { removeSomeBlocks } from './block.ts';
import { deleteAddressesOf } from './known-address.ts';
import { removeEntries, removeSomeEntries } from './search-entry.ts';
import { deleteSessionsOf } from './session.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';
import { removeSomeClientIds } from './used-client-id.ts';

/** Rows that one transaction removes. Others may have to wait for it, a few milliseconds. */
const BATCH = 200;

/**
 * Selects the ids of accounts that are deleted but not yet removed: usually none. Their mailboxes are
 * hidden, so lists of messages leave out those with such a recipient.
 */
export const closedAccounts = (db: Db) =>
  db.selectFrom('account').select('account.id').where('account.closedAt', 'is not', null);

/**
 * Deletes an account as others see it: its username is free, its sessions have ended, and no query
 * finds it. The messages it sent stay with their recipients. Its own rows stay hidden until
 * `removeBatch` removes them.
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
    // An id is longer than any username, so it collides with none.
    .set({ username: id, passwordHash: '', closedAt: now })
    .where('id', '=', id)
    .execute();
  await removeCounterpart(tx, id);
}

/** Removes a closed account from its counterparts' conversations. */
async function removeCounterpart(tx: Db, id: string): Promise<void> {
  await deleteSilentSides(tx, id);
  await endWithItsLastMessage(tx, id);
}

/** Deletes the counterparts' sides of conversations in which the account sent nothing. */
async function deleteSilentSides(tx: Db, id: string): Promise<void> {
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
            .whereRef('message.conversationId', '=', 'participant.conversationId')
            .where('message.senderId', '=', id),
        ),
      ),
    )
    .execute();
}

/** Ends the remaining sides with the last message that the account sent. */
async function endWithItsLastMessage(tx: Db, id: string): Promise<void> {
  await tx
    .updateTable('participant')
    .set(({ selectFrom }) => ({
      lastMessageId: selectFrom('message')
        .select('message.id')
        .whereRef('message.conversationId', '=', 'participant.conversationId')
        .where('message.senderId', '=', id)
        .orderBy('message.conversationPosition', 'desc')
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
 * Removes some rows of a closed account in one short transaction. Returns false when none are left.
 * Servers may do this at the same time: each takes an account that no other has locked.
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
    const removed =
      (await removeMessages(tx, account)) ||
      (await removeSides(tx, account.id)) ||
      (await removeEmptyConversations(tx, account.id)) ||
      (await removeSomeClientIds(tx, account.id, BATCH)) ||
      (await removeSomeBlocks(tx, account.id, BATCH)) ||
      (await removeSomeEntries(tx, account.id, BATCH));
    if (!removed) await tx.deleteFrom('account').where('id', '=', account.id).execute();
    return true;
  });

/** Removes the last messages of a mailbox and shortens it. Returns false when it is empty. */
async function removeMessages(
  tx: Db,
  { id, lastPosition }: { id: string; lastPosition: number },
): Promise<boolean> {
  if (lastPosition === 0) return false;
  const left = Math.max(lastPosition - BATCH, 0);
  const messages = await tx
    .selectFrom('message')
    .select('id')
    .where('recipientId', '=', id)
    .where('position', '>', left)
    .execute();
  const ids = messages.map((message) => message.id);
  if (ids.length > 0) await removeEntries(tx, ids);
  await tx
    .deleteFrom('message')
    .where('recipientId', '=', id)
    .where('position', '>', left)
    .execute();
  await tx.updateTable('account').set({ lastPosition: left }).where('id', '=', id).execute();
  return true;
}

/** Removes sides of an account, and conversations left without a side. False when it had none. */
async function removeSides(tx: Db, accountId: string): Promise<boolean> {
  const sides = await tx
    .selectFrom('participant')
    .select('conversationId')
    .where('accountId', '=', accountId)
    .limit(BATCH)
    .execute();
  if (sides.length === 0) return false;
  const ids = sides.map(({ conversationId }) => conversationId);
  // Lock first: of two accounts that are removed at once, the later one must see the other gone.
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
  await tx.deleteFrom('conversation').where('id', 'in', ids).where(hasNoSide).execute();
  return true;
}

/** Removes conversations of an account whose messages have all been deleted. False without one. */
async function removeEmptyConversations(tx: Db, accountId: string): Promise<boolean> {
  const some = await tx
    .selectFrom('conversation')
    .select('id')
    .where(({ eb, or }) => or([eb('lowId', '=', accountId), eb('highId', '=', accountId)]))
    .where(hasNoSide)
    .limit(BATCH)
    .execute();
  if (some.length === 0) return false;
  const ids = some.map(({ id }) => id);
  await tx.deleteFrom('conversation').where('id', 'in', ids).execute();
  return true;
}

const hasNoSide = ({ eb, not, exists }: ExpressionBuilder<Tables, 'conversation'>) =>
  not(
    exists(
      eb
        .selectFrom('participant')
        .select('participant.accountId')
        .whereRef('participant.conversationId', '=', 'conversation.id'),
    ),
  );
