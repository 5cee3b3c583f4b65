import { randomInt } from 'node:crypto';
import { sql } from 'kysely';

import type { Account, Message } from '../../schema/model.ts';
import type { CountedAccount } from './account.ts';
import { allocatePositions, type ConversationSlot } from './conversation.ts';
import { newId } from './id.ts';
import { updateParticipants } from './participant.ts';
import type { Db } from './tables.ts';

/** A message to store, at its positions in the recipient's mailbox and in the sender's sent log. */
export interface NewMessage {
  readonly sender: Account;
  readonly recipient: Account;
  readonly text: string;
  readonly clientMessageId: string | null;
  readonly position: number;
  readonly sentPosition: number;
}

/**
 * Appends messages to their mailboxes and conversations, and writes the advanced counters of the
 * accounts. Returns each as stored.
 */
export async function appendMessages(
  tx: Db,
  messages: readonly NewMessage[],
  accounts: readonly CountedAccount[],
  now: number,
): Promise<Map<NewMessage, Message>> {
  if (messages.length === 0) return new Map();
  const slots = await allocatePositions(tx, messages, now);
  await writeCounters(tx, accounts);
  // Random start (RFC 9562), so that ids differ from those of other servers in the same millisecond.
  const firstSeq = randomInt(2 ** 31);
  const rows = messages.map(({ sender, recipient, ...message }, index) => {
    const { at, ...slot } = slots[index] as ConversationSlot;
    return {
      ...message,
      ...slot,
      // In the order of the batch: clients sort the messages of a conversation by id.
      id: newId({ msecs: at, seq: firstSeq + index }),
      senderId: sender.id,
      senderUsername: sender.username,
      recipientId: recipient.id,
      sentAt: now,
    };
  });
  await tx.insertInto('message').values(rows).execute();
  await updateParticipants(tx, rows, accounts);
  return new Map(
    messages.map((message, index) => {
      const { id, senderId, senderUsername, conversationPosition } = rows[
        index
      ] as (typeof rows)[number];
      const stored = { ...message, id, senderId, senderUsername, conversationPosition };
      return [message, { ...stored, sentAt: new Date(now), delivered: false, read: false }];
    }),
  );
}

async function writeCounters(tx: Db, accounts: readonly CountedAccount[]): Promise<void> {
  const counters = accounts.map(
    ({ id, lastPosition, sentCount }) =>
      sql`(cast(${id} as text), cast(${lastPosition} as integer), cast(${sentCount} as integer))`,
  );
  await sql`update account set last_position = counted.column2, sent_count = counted.column3
    from (values ${sql.join(counters)}) as counted where account.id = counted.column1`.execute(tx);
}
