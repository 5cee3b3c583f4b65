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

/** Returns an account's side of its conversation with another, which may be deleted. */
export const participantWith = (db: Db, accountId: string, counterpartId: string) =>
  db
    .selectFrom('participant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('counterpartId', '=', counterpartId)
    .executeTakeFirst();

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

/** How far a participant has read a conversation. */
export interface ReadMark {
  readonly readThrough: string | null;
  readonly unreadCount: number;
}

/** Advances a participant's mark to a message. Undefined if it is not in the conversation. */
export const markRead = (
  db: Kysely<Tables>,
  { conversationId, accountId, counterpartId }: Tables['participant'],
  messageId: string,
): Promise<ReadMark | undefined> =>
  inTransaction(db, async (tx) => {
    const inConversation = () =>
      tx.selectFrom('message').where('conversationId', '=', conversationId);
    const mine = () =>
      tx
        .selectFrom('participant')
        .where('conversationId', '=', conversationId)
        .where('accountId', '=', accountId);

    const target = await inConversation()
      .select('conversationPosition')
      .where('id', '=', messageId)
      .where('recipientId', 'not in', closedAccounts(tx))
      .executeTakeFirst();
    if (!target) return undefined;
    const before = await mine()
      .select(['readThrough', 'unreadCount'])
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (target.conversationPosition > before.readThrough) {
      const readThrough = target.conversationPosition;
      const unreadCount = await unreadAfter(
        tx,
        { conversationId, accountId, ...before },
        readThrough,
      );
      await tx
        .updateTable('participant')
        .set({ readThrough, unreadCount })
        .where('conversationId', '=', conversationId)
        .where('accountId', '=', accountId)
        .execute();
    }
    const mark = await mine().select(['readThrough', 'unreadCount']).executeTakeFirstOrThrow();
    const last = await inConversation()
      .select('id')
      .where('senderId', '=', counterpartId)
      .where('conversationPosition', '<=', mark.readThrough)
      .orderBy('conversationPosition', 'desc')
      .limit(1)
      .executeTakeFirst();
    return { readThrough: last?.id ?? null, unreadCount: mark.unreadCount };
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
