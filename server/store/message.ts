import type { ForwardPage } from '../../schema/context.ts';
import type { Message } from '../../schema/model.ts';
import { accountIfAny, toAccount } from './account.ts';
import { closedAccounts } from './removal.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/**
 * Selects messages with the accounts at both ends and the marks, for `toMessage`.
 *
 * Pass a page as `messages`, to limit before joining: PostgreSQL underestimates the participant
 * join and would scan the whole conversation. Repeat the page's condition on the result, to keep it
 * from scanning all of an account's participants.
 */
export const selectMessages = (db: Db, messages = db.selectFrom('message').selectAll()) =>
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
    .select([
      'sender.username as senderName',
      'sender.createdAt as senderCreatedAt',
      'recipient.username as recipientName',
      'recipient.createdAt as recipientCreatedAt',
      'recipient.deliveredThrough',
      'recipient.blockCount as recipientBlockCount',
      'reader.readThrough',
    ]);

type MessageRow = Tables['message'] & {
  senderName: string | null;
  senderCreatedAt: number | null;
  recipientName: string;
  recipientCreatedAt: number;
  deliveredThrough: number;
  recipientBlockCount: number;
  readThrough: number;
};

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  position: row.position,
  senderId: row.senderId,
  sender: accountIfAny(row.senderId, row.senderName, row.senderCreatedAt),
  senderUsername: row.senderUsername,
  recipient: toAccount({
    id: row.recipientId,
    username: row.recipientName,
    createdAt: row.recipientCreatedAt,
  }),
  text: row.text,
  sentAt: new Date(row.sentAt),
  conversationPosition: row.conversationPosition,
  sentPosition: row.sentPosition,
  delivered: row.position <= row.deliveredThrough,
  read: row.conversationPosition <= row.readThrough,
  recipientBlocks: row.recipientBlockCount > 0,
});

/** Returns the messages in a mailbox, in order of position. */
export async function messagesReceived(
  db: Db,
  recipientId: string,
  { after, limit }: ForwardPage<number>,
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .where('recipientId', '=', recipientId)
    .where('position', '>', after ?? 0)
    .orderBy('position')
    .limit(limit);
  const rows = await selectMessages(db, page)
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
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .where('senderId', '=', senderId)
    .where('sentPosition', '>', after ?? 0)
    .where('recipientId', 'not in', closedAccounts(db))
    .orderBy('sentPosition')
    .limit(limit);
  const rows = await selectMessages(db, page).orderBy('message.sentPosition').execute();
  return rows.map(toMessage);
}

/** Returns a message that an account has sent or received. */
export async function messageWithId(
  db: Db,
  id: string,
  accountId: string,
): Promise<Message | undefined> {
  const row = await selectMessages(db)
    .where('message.id', '=', id)
    .where('message.recipientId', 'not in', closedAccounts(db))
    .where((eb) =>
      eb.or([eb('message.senderId', '=', accountId), eb('message.recipientId', '=', accountId)]),
    )
    .executeTakeFirst();
  return row && toMessage(row);
}

/** What identifies a message for its sender. */
export interface ClientKey {
  readonly senderId: string;
  readonly clientMessageId: string;
}

/** A message that was stored, by what identifies it for its sender; null once it is deleted. */
export interface StoredDraft extends ClientKey {
  readonly message: Message | null;
}

/** Returns the messages that senders have stored under these client message ids: usually none. */
export async function messagesByClientId(
  db: Db,
  keys: readonly ClientKey[],
): Promise<StoredDraft[]> {
  const found = await idsByClientId(db, keys);
  if (found.length === 0) return [];
  const ids = found.flatMap(({ id }) => id ?? []);
  const rows =
    ids.length > 0 ? await selectMessages(db).where('message.id', 'in', ids).execute() : [];
  const messages = new Map(rows.map((row) => [row.id, toMessage(row)]));
  return found.map(({ id, ...key }) => ({ ...key, message: messages.get(id ?? '') ?? null }));
}

const idsByClientId = statementForRows<ClientKey, ClientKey & { readonly id: string | null }>(
  { senderId: 'text', clientMessageId: 'text' },
  ({ crossJoin, row }) => `
    select message.id, message.sender_id as "senderId",
      message.client_message_id as "clientMessageId"
    from message ${crossJoin}
    where message.sender_id = ${row.senderId}
      and message.client_message_id = ${row.clientMessageId}
    union all
    select null, used.sender_id, used.client_message_id
    from used_client_id as used ${crossJoin}
    where used.sender_id = ${row.senderId}
      and used.client_message_id = ${row.clientMessageId}`,
);
