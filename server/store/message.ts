import { sql } from 'kysely';
import type { ForwardPage, Page } from '../../schema/context.ts';
import type { Message } from '../../schema/model.ts';
import { accountIfAny, online, toAccount } from './account.ts';
import { closedAccounts } from './removal.ts';
import type { Db, Tables } from './tables.ts';

/**
 * Selects messages with the accounts at both ends and the marks, for `toMessage`.
 *
 * Pass a page as `messages`, to limit before joining: PostgreSQL underestimates the participant
 * join and would scan the whole conversation. Repeat the page's condition on the result, to keep it
 * from scanning all of an account's participants.
 */
export const selectMessages = (
  db: Db,
  now: number,
  messages = db.selectFrom('message').selectAll(),
) =>
  db
    .selectFrom(messages.as('message'))
    .innerJoin('account as recipient', 'recipient.id', 'message.recipientId')
    .innerJoin('participant as reader', (join) =>
      join
        .onRef('reader.conversationId', '=', 'message.conversationId')
        .onRef('reader.accountId', '=', 'message.recipientId'),
    )
    .leftJoin('account as sender', (join) =>
      join.onRef('sender.id', '=', 'message.senderId').on('sender.closedAt', 'is', null),
    )
    .selectAll('message')
    .select((eb) => [
      'sender.username as senderName',
      'sender.createdAt as senderCreatedAt',
      online(eb as never, 'sender.id', now).as('senderOnline'),
      'recipient.username as recipientName',
      'recipient.createdAt as recipientCreatedAt',
      online(eb as never, 'recipient.id', now).as('recipientOnline'),
      'recipient.deliveredThrough',
      'reader.readThrough',
    ]);

type MessageRow = Tables['message'] & {
  senderName: string | null;
  senderCreatedAt: number | null;
  senderOnline: unknown;
  recipientName: string;
  recipientCreatedAt: number;
  recipientOnline: unknown;
  deliveredThrough: number;
  readThrough: number;
};

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  position: row.position,
  senderId: row.senderId,
  sender: accountIfAny(row.senderId, row.senderName, row.senderCreatedAt, row.senderOnline),
  senderUsername: row.senderUsername,
  recipient: toAccount({
    id: row.recipientId,
    username: row.recipientName,
    createdAt: row.recipientCreatedAt,
    online: row.recipientOnline,
  }),
  text: row.text,
  sentAt: new Date(row.sentAt),
  conversationPosition: row.conversationPosition,
  sentPosition: row.sentPosition,
  delivered: row.position <= row.deliveredThrough,
  read: row.conversationPosition <= row.readThrough,
});

/** Returns the messages in a mailbox, in order of position. */
export async function messagesReceived(
  db: Db,
  recipientId: string,
  { after, limit }: ForwardPage<number>,
  now: number,
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .where('recipientId', '=', recipientId)
    .where('position', '>', after ?? 0)
    .orderBy('position')
    .limit(limit);
  const rows = await selectMessages(db, now, page)
    .where('message.recipientId', '=', recipientId)
    .orderBy('message.position')
    .execute();
  return rows.map(toMessage);
}

/** Returns the messages that an account has sent, in order of sentPosition. */
export async function messagesSent(
  db: Db,
  senderId: string,
  { after, limit }: ForwardPage<number>,
  now: number,
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .where('senderId', '=', senderId)
    .where('sentPosition', '>', after ?? 0)
    .where('recipientId', 'not in', closedAccounts(db))
    .orderBy('sentPosition')
    .limit(limit);
  const rows = await selectMessages(db, now, page).orderBy('message.sentPosition').execute();
  return rows.map(toMessage);
}

/** A part of a conversation's messages. */
export interface ConversationPage extends Page<number> {
  readonly conversationId: string;
}

/** Returns the messages of each page, in order of conversationPosition, in one statement. */
export async function messagesBetween(
  db: Db,
  pages: readonly ConversationPage[],
  now: number,
): Promise<Message[][]> {
  const [first, ...others] = pages.map((page, index) => selectPage(db, page, index));
  if (!first) return [];
  const ids = [...new Set(pages.map(({ conversationId }) => conversationId))];
  const union = others.reduce((all, page) => all.unionAll(page), first);
  const rows = await selectMessages(db, now, union as never)
    .where('message.conversationId', 'in', ids)
    .execute();
  const found = Map.groupBy(rows, (row) => (row as unknown as { page: number }).page);
  return pages.map(({ backward }, index) => {
    const messages = (found.get(index) ?? []).map(toMessage);
    const direction = backward ? -1 : 1;
    return messages.sort(
      (one, other) => direction * (one.conversationPosition - other.conversationPosition),
    );
  });
}

/** Selects a page, and its index among those of the same statement. */
function selectPage(
  db: Db,
  { conversationId, after, before, limit, backward }: ConversationPage,
  index: number,
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .select(sql.lit(index).as('page'))
    .where('conversationId', '=', conversationId)
    .where('recipientId', 'not in', closedAccounts(db))
    .$if(after !== null, (query) => query.where('conversationPosition', '>', after))
    .$if(before !== null, (query) => query.where('conversationPosition', '<', before))
    .orderBy('conversationPosition', backward ? 'desc' : 'asc')
    .limit(limit);
  // SQLite takes a limit in a part of a union only inside of a subquery.
  return db.selectFrom(page.as('part')).selectAll();
}

/** Returns a message that an account has sent or received. */
export async function messageWithId(
  db: Db,
  id: string,
  accountId: string,
  now: number,
): Promise<Message | undefined> {
  const row = await selectMessages(db, now)
    .where('message.id', '=', id)
    .where('message.recipientId', 'not in', closedAccounts(db))
    .where((eb) =>
      eb.or([eb('message.senderId', '=', accountId), eb('message.recipientId', '=', accountId)]),
    )
    .executeTakeFirst();
  return row && toMessage(row);
}

/** A stored message, with what identifies it for its sender. */
export interface StoredDraft {
  readonly senderId: string;
  readonly clientMessageId: string | null;
  readonly message: Message;
}

/** Returns the messages that these senders have stored under these client message ids. */
export async function messagesByClientId(
  db: Db,
  senderIds: readonly string[],
  clientMessageIds: readonly string[],
  now: number,
): Promise<StoredDraft[]> {
  if (clientMessageIds.length === 0) return [];
  const rows = await selectMessages(db, now)
    .where('message.senderId', 'in', [...new Set(senderIds)])
    .where('message.clientMessageId', 'in', clientMessageIds)
    .execute();
  return rows.map((row) => ({
    senderId: row.senderId,
    clientMessageId: row.clientMessageId,
    message: toMessage(row),
  }));
}
