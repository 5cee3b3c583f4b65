import type { Kysely } from 'kysely';
import { PairMap } from './pair-map.ts';
import { closedAccounts } from './removal.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** A new message, with the names of both its ends. */
type NewRow = Pick<
  Tables['message'],
  'id' | 'conversationId' | 'senderId' | 'senderUsername' | 'recipientId'
> & { readonly recipientUsername: string };

/** Updates both participants' last message and unread count for new messages, in their order. */
export async function updateParticipants(tx: Db, messages: readonly NewRow[]): Promise<void> {
  const sides = new PairMap<Tables['participant']>();
  for (const message of messages) {
    const { id, conversationId, senderId, recipientId } = message;
    const touch = (accountId: string, counterpartId: string, counterpartUsername: string) => {
      const side = sides.getOrMake(accountId, counterpartId, () => ({
        conversationId,
        accountId,
        counterpartId,
        counterpartUsername,
        lastMessageId: id,
        readThrough: 0,
        unreadCount: 0,
      }));
      side.lastMessageId = id;
      return side;
    };
    touch(senderId, recipientId, message.recipientUsername);
    touch(recipientId, senderId, message.senderUsername).unreadCount += 1;
  }
  await advanceParticipants(tx, sides.values());
}

/** Adds to the unread counts of participants, each of which may be new. */
const advanceParticipants = statementForRows<Tables['participant']>(
  {
    conversationId: 'text',
    accountId: 'text',
    counterpartId: 'text',
    counterpartUsername: 'text',
    lastMessageId: 'text',
    readThrough: 'integer',
    unreadCount: 'integer',
  },
  ({ rows }) => `
    insert into participant (conversation_id, account_id, counterpart_id, counterpart_username,
      last_message_id, read_through, unread_count)
    ${rows}
    on conflict (conversation_id, account_id) do update set
      last_message_id = excluded.last_message_id,
      unread_count = participant.unread_count + excluded.unread_count`,
);

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
  side: Omit<Tables['participant'], 'lastMessageId' | 'counterpartUsername' | 'accountId'>,
  readThrough: number,
): Promise<number> {
  const { conversationId, counterpartId } = side;
  const received = async (after: number, through: number): Promise<number> => {
    const { count } = await tx
      .selectFrom('message')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('conversationId', '=', conversationId)
      .where('senderId', '=', counterpartId)
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
