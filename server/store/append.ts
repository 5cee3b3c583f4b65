import type { Account, Message } from '../../schema/model.ts';
import { allocatePositions, type ConversationSlot } from './conversation.ts';
import { firstSeq, newId } from './id.ts';
import { updateParticipants } from './participant.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/** A message to store, at its positions in the recipient's mailbox and in the sender's sent log. */
export interface NewMessage {
  readonly sender: Account;
  readonly recipient: Account;
  readonly text: string;
  readonly clientMessageId: string | null;
  readonly position: number;
  readonly sentPosition: number;
}

/** Appends messages to their mailboxes and conversations. Returns each as stored. */
export async function appendMessages(
  tx: Db,
  messages: readonly NewMessage[],
  now: number,
): Promise<Map<NewMessage, Message>> {
  if (messages.length === 0) return new Map();
  const slots = await allocatePositions(tx, messages, now);
  const seq = firstSeq();
  const rows = messages.map((message, index): NewRow => {
    const { at, conversationId, conversationPosition } = slots[index] as ConversationSlot;
    return {
      // In the order of the batch: clients sort the messages of a conversation by id.
      id: newId({ msecs: at, seq: seq + index }),
      recipientId: message.recipient.id,
      recipientUsername: message.recipient.username,
      position: message.position,
      senderId: message.sender.id,
      senderUsername: message.sender.username,
      text: message.text,
      sentAt: now,
      clientMessageId: message.clientMessageId,
      conversationId,
      conversationPosition,
      sentPosition: message.sentPosition,
    };
  });
  await insertMessages(tx, rows);
  await updateParticipants(tx, rows);
  const sentAt = new Date(now);
  return new Map(
    messages.map((message, index) => {
      const { id, senderId, senderUsername, conversationPosition } = rows[index] as NewRow;
      const { sender, recipient, text, position, sentPosition } = message;
      const stored = {
        id,
        position,
        senderId,
        sender,
        senderUsername,
        recipient,
        text,
        sentAt,
        conversationPosition,
        sentPosition,
        delivered: false,
        read: false,
      };
      return [message, stored];
    }),
  );
}

type NewRow = Tables['message'] & { readonly recipientUsername: string };

const insertMessages = statementForRows<Tables['message']>(
  {
    id: 'text',
    recipientId: 'text',
    position: 'integer',
    senderId: 'text',
    senderUsername: 'text',
    text: 'text',
    sentAt: 'bigint',
    clientMessageId: 'text',
    conversationId: 'text',
    conversationPosition: 'integer',
    sentPosition: 'integer',
  },
  ({ rows }) => `
    insert into message (id, recipient_id, position, sender_id, sender_username, text, sent_at,
      client_message_id, conversation_id, conversation_position, sent_position)
    ${rows}`,
);
