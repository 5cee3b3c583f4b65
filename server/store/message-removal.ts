import { removeEntries } from './search-entry.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';
import { keepClientIds } from './used-client-id.ts';

/** A message that was deleted, with its place in its conversation. */
type Deleted = Pick<Tables['message'], 'conversationId' | 'conversationPosition' | 'recipientId'>;
type Side = Tables['participant'];

/**
 * Deletes messages, and keeps what is counted and listed of the others true. The accounts at both
 * ends must be locked: nothing may be sent in these conversations meanwhile.
 *
 * Each client message id stays used. A conversation without any message is listed no more, as
 * before its first.
 */
export async function deleteMessages(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await keepClientIds(tx, ids);
  await removeEntries(tx, ids);
  // Only what is there is counted: another server may have deleted some before the lock.
  const deleted = await tx
    .deleteFrom('message')
    .where('id', 'in', ids)
    .returning(['conversationId', 'conversationPosition', 'recipientId'])
    .execute();
  if (deleted.length > 0) await updateSides(tx, deleted);
}

async function updateSides(tx: Db, deleted: readonly Deleted[]): Promise<void> {
  const byConversation = Map.groupBy(deleted, ({ conversationId }) => conversationId);
  const sides = await tx
    .selectFrom('participant')
    .selectAll()
    .where('conversationId', 'in', [...byConversation.keys()])
    .forUpdate()
    .execute();
  const latest = new Map((await selectLatest(tx, sides)).map((row) => [keyOf(row), row]));
  const left = sides.flatMap((side) => {
    const { received, sent } = latest.get(keyOf(side)) ?? {};
    const lastMessageId = [received, sent]
      .filter((id) => typeof id === 'string')
      .sort()
      .at(-1);
    if (lastMessageId === undefined) return [];
    const unread = (byConversation.get(side.conversationId) ?? []).filter(
      ({ recipientId, conversationPosition }) =>
        recipientId === side.accountId && conversationPosition > side.readThrough,
    );
    return [{ ...side, lastMessageId, unreadCount: side.unreadCount - unread.length }];
  });
  await writeSides(tx, left);
  const kept = new Set(left.map(keyOf));
  await deleteSides(
    tx,
    sides.filter((side) => !kept.has(keyOf(side))),
  );
}

const keyOf = ({ conversationId, accountId }: Pick<Side, 'conversationId' | 'accountId'>): string =>
  `${conversationId} ${accountId}`;

/** The ids of the last message in each direction, as an account sees its conversation. */
interface Latest extends Pick<Side, 'conversationId' | 'accountId'> {
  readonly received: string | null;
  readonly sent: string | null;
}

const selectLatest = statementForRows<
  Pick<Side, 'conversationId' | 'accountId' | 'counterpartId'>,
  Latest
>(
  { conversationId: 'text', accountId: 'text', counterpartId: 'text' },
  ({ source, row }) => `
    select ${row.conversationId} as "conversationId", ${row.accountId} as "accountId",
      (select id from message
        where conversation_id = ${row.conversationId} and sender_id = ${row.counterpartId}
        order by conversation_position desc limit 1) as received,
      (select id from message
        where conversation_id = ${row.conversationId} and sender_id = ${row.accountId}
          and recipient_id not in (select id from account where closed_at is not null)
        order by conversation_position desc limit 1) as sent
    from ${source}`,
);

const writeSides = statementForRows<
  Pick<Side, 'conversationId' | 'accountId' | 'lastMessageId' | 'unreadCount'>
>(
  {
    conversationId: 'text',
    accountId: 'text',
    lastMessageId: 'text',
    unreadCount: 'integer',
  },
  ({ from, row }) => `
    update participant
    set last_message_id = ${row.lastMessageId}, unread_count = ${row.unreadCount}
    ${from}
    where participant.conversation_id = ${row.conversationId}
      and participant.account_id = ${row.accountId}`,
);

const deleteSides = statementForRows<Pick<Side, 'conversationId' | 'accountId'>>(
  { conversationId: 'text', accountId: 'text' },
  ({ source, row }) => `
    delete from participant
    where (conversation_id, account_id) in (
      select ${row.conversationId}, ${row.accountId} from ${source}
    )`,
);
