import { type Kysely, sql } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { closedAccounts } from './removal.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** Updates both participants' last message and unread count for new messages, in their order. */
export async function updateParticipants(
  tx: Db,
  messages: readonly Pick<
    Tables['message'],
    'id' | 'conversationId' | 'senderId' | 'recipientId'
  >[],
  accounts: readonly Account[],
): Promise<void> {
  const usernames = new Map(accounts.map(({ id, username }) => [id, username]));
  const participants = new Map<string, Tables['participant']>();
  const touch = (
    conversationId: string,
    accountId: string,
    counterpartId: string,
    lastMessageId: string,
    unread: number,
  ) => {
    const key = `${conversationId} ${accountId}`;
    participants.set(key, {
      conversationId,
      accountId,
      counterpartId,
      counterpartUsername: usernames.get(counterpartId) ?? '',
      lastMessageId,
      readThrough: 0,
      unreadCount: (participants.get(key)?.unreadCount ?? 0) + unread,
    });
  };
  for (const { id, conversationId, senderId, recipientId } of messages) {
    touch(conversationId, senderId, recipientId, id, 0);
    touch(conversationId, recipientId, senderId, id, 1);
  }
  await tx
    .insertInto('participant')
    .values([...participants.values()])
    .onConflict((conflict) =>
      conflict.columns(['conversationId', 'accountId']).doUpdateSet({
        lastMessageId: sql<string>`excluded.last_message_id`,
        unreadCount: sql<number>`participant.unread_count + excluded.unread_count`,
      }),
    )
    .execute();
}

/** Returns an account's sides of its conversations with others, which may be deleted. */
export const participantsWith = (db: Db, accountId: string, counterpartIds: readonly string[]) =>
  db
    .selectFrom('participant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('counterpartId', 'in', counterpartIds)
    .execute();

/** Returns an account's side of its latest conversation with an account of this username. */
export const participantNamed = (db: Db, accountId: string, counterpartUsername: string) =>
  db
    .selectFrom('participant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('counterpartUsername', '=', counterpartUsername)
    .orderBy('lastMessageId', 'desc')
    .limit(1)
    .executeTakeFirst();

/**
 * Advances an account's mark in its conversation with another to a message, never back. Returns
 * false if the message is not in the conversation.
 */
export const markRead = (
  db: Kysely<Tables>,
  accountId: string,
  counterpartId: string,
  messageId: string,
): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const side = await tx
      .selectFrom('participant')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('counterpartId', '=', counterpartId)
      .forUpdate()
      .executeTakeFirst();
    if (!side) return false;
    const { conversationId } = side;
    const message = await tx
      .selectFrom('message')
      .select('conversationPosition')
      .where('conversationId', '=', conversationId)
      .where('id', '=', messageId)
      .where('recipientId', 'not in', closedAccounts(tx))
      .executeTakeFirst();
    if (!message) return false;
    const readThrough = message.conversationPosition;
    if (readThrough > side.readThrough) {
      await tx
        .updateTable('participant')
        .set({ readThrough, unreadCount: await unreadAfter(tx, side, readThrough) })
        .where('conversationId', '=', conversationId)
        .where('accountId', '=', accountId)
        .execute();
    }
    return true;
  });

/**
 * How many messages are unread once a mark has moved: counted over those that it passes, or if they
 * are fewer, the rest.
 */
async function unreadAfter(
  tx: Db,
  side: Pick<Tables['participant'], 'conversationId' | 'accountId' | 'readThrough' | 'unreadCount'>,
  readThrough: number,
): Promise<number> {
  const { conversationId, accountId } = side;
  const received = async (after: number, through: number): Promise<number> => {
    const { count } = await tx
      .selectFrom('message')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('conversationId', '=', conversationId)
      .where('recipientId', '=', accountId)
      .where('conversationPosition', '>', after)
      .where('conversationPosition', '<=', through)
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  const { lastPosition } = await tx
    .selectFrom('conversation')
    .select('lastPosition')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow();
  return lastPosition - readThrough < readThrough - side.readThrough
    ? received(readThrough, lastPosition)
    : side.unreadCount - (await received(side.readThrough, readThrough));
}
