import type { SelectQueryBuilder } from 'kysely';

import type { ForwardPage } from '../../schema/context.ts';
import type { Account, Message } from '../../schema/model.ts';
import { accountIfAny } from './account.ts';
import { newId } from './id.ts';
import { selectMessages, toMessage } from './message.ts';
import { PairMap } from './pair-map.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/** A message's place in the conversation of its sender and its recipient. */
export interface ConversationSlot {
  readonly conversationId: string;
  readonly conversationPosition: number;
  /** The time in its id: later than in earlier batches, so that ids are in the order of positions. */
  readonly at: number;
}

interface Ends {
  readonly sender: Pick<Account, 'id'>;
  readonly recipient: Pick<Account, 'id'>;
}

/** The messages of a batch in one conversation. */
interface Group {
  readonly lowId: string;
  readonly highId: string;
  count: number;
  /** The conversation as stored, once it is. */
  stored?: Tables['conversation'];
}

/** Allocates the next place in its conversation for each message, in order, in one statement. */
export async function allocatePositions(
  tx: Db,
  messages: readonly Ends[],
  now: number,
): Promise<ConversationSlot[]> {
  const groups = new PairMap<Group>();
  const groupOf = messages.map(({ sender, recipient }) => {
    const [lowId, highId] =
      sender.id < recipient.id ? [sender.id, recipient.id] : [recipient.id, sender.id];
    const group = groups.getOrMake(lowId, highId, () => ({ lowId, highId, count: 0 }));
    group.count += 1;
    return group;
  });
  const conversations = await advanceConversations(
    tx,
    groups.values().map(({ lowId, highId, count }) => ({
      id: newId(),
      lowId,
      highId,
      lastPosition: count,
      lastAt: now,
    })),
  );
  for (const conversation of conversations) {
    const group = groups.get(conversation.lowId, conversation.highId);
    if (group) group.stored = conversation;
  }
  return groupOf.map((group) => {
    if (!group.stored)
      throw new Error('The store did not return a conversation that was inserted.');
    const { id: conversationId, lastPosition, lastAt: at } = group.stored;
    group.count -= 1;
    return { conversationId, conversationPosition: lastPosition - group.count, at };
  });
}

/** Adds to the last positions of conversations, each of which may be new. */
const advanceConversations = statementForRows<Tables['conversation'], Tables['conversation']>(
  { id: 'text', lowId: 'text', highId: 'text', lastPosition: 'integer', lastAt: 'bigint' },
  ({ rows }) => `
    insert into conversation (id, low_id, high_id, last_position, last_at)
    ${rows}
    on conflict (low_id, high_id) do update set
      last_position = conversation.last_position + excluded.last_position,
      -- Clocks of servers differ, and a clock may go back.
      last_at = case when conversation.last_at < excluded.last_at
        then excluded.last_at else conversation.last_at + 1 end
    returning id, low_id as "lowId", high_id as "highId", last_position as "lastPosition",
      last_at as "lastAt"`,
);

/** A conversation as stored, with its last message. */
export interface ConversationRow {
  readonly counterpartId: string;
  readonly counterpartUsername: string;
  readonly counterpart: Account | null;
  readonly lastMessage: Message;
  readonly unreadCount: number;
}

/** Returns an account's conversations, newest first, after the one with the last message `after`. */
export const conversationsOf = (
  db: Db,
  accountId: string,
  { after, limit }: ForwardPage<string>,
): Promise<ConversationRow[]> =>
  conversationsAmong(
    db,
    db
      .selectFrom('participant')
      .selectAll()
      .where('accountId', '=', accountId)
      .$if(after !== null, (query) => query.where('lastMessageId', '<', after))
      .orderBy('lastMessageId', 'desc')
      .limit(limit),
  );

/** Returns an account's conversations with these counterparts: those that have a message. */
export const conversationsWith = (
  db: Db,
  accountId: string,
  counterpartIds: readonly string[],
): Promise<ConversationRow[]> =>
  conversationsAmong(
    db,
    db
      .selectFrom('participant')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('counterpartId', 'in', counterpartIds),
  );

async function conversationsAmong(
  db: Db,
  participants: SelectQueryBuilder<Tables, 'participant', Tables['participant']>,
): Promise<ConversationRow[]> {
  const rows = await selectMessages(db)
    .innerJoin(participants.as('mine'), 'mine.lastMessageId', 'message.id')
    .leftJoin('account as counterpart', (join) =>
      join
        .onRef('counterpart.id', '=', 'mine.counterpartId')
        .on('counterpart.closedAt', 'is', null),
    )
    .select([
      'mine.counterpartId',
      'mine.counterpartUsername',
      'mine.unreadCount',
      'counterpart.username as counterpartName',
      'counterpart.createdAt as counterpartCreatedAt',
    ])
    .orderBy('mine.lastMessageId', 'desc')
    .execute();
  return rows.map((row) => ({
    counterpartId: row.counterpartId,
    counterpartUsername: row.counterpartUsername,
    counterpart: accountIfAny(row.counterpartId, row.counterpartName, row.counterpartCreatedAt),
    lastMessage: toMessage(row),
    unreadCount: row.unreadCount,
  }));
}
