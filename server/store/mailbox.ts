import type { AccountRow } from './account.ts';
import { statementForRows } from './statement.ts';
import type { Db } from './tables.ts';

/** Counts the messages after an account's mark. Positions tell, unless some of them are gaps. */
export async function countPending(
  db: Db,
  {
    id,
    lastPosition,
    deliveredThrough,
    gapThrough,
  }: Pick<AccountRow, 'id' | 'lastPosition' | 'deliveredThrough' | 'gapThrough'>,
): Promise<number> {
  if (gapThrough <= deliveredThrough) return lastPosition - deliveredThrough;
  const { count } = await db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('recipientId', '=', id)
    .where('position', '>', deliveredThrough)
    .where('position', '<=', gapThrough)
    .executeTakeFirstOrThrow();
  return lastPosition - gapThrough + count;
}

/** What an account received after one position, up to and including another. */
export interface Received {
  readonly recipientId: string;
  readonly after: number;
  readonly through: number;
}

/** Returns the ids of the senders of each range, in order. */
export async function sendersOf(db: Db, ranges: readonly Received[]): Promise<string[][]> {
  const rows = await sendersReceived(db, ranges);
  const senders = Map.groupBy(rows, ({ recipientId }) => recipientId);
  return ranges.map(({ recipientId }) =>
    (senders.get(recipientId) ?? []).map(({ senderId }) => senderId),
  );
}

const sendersReceived = statementForRows<Received, { recipientId: string; senderId: string }>(
  { recipientId: 'text', after: 'integer', through: 'integer' },
  ({ crossJoin, row }) => `
    select distinct message.recipient_id as "recipientId", message.sender_id as "senderId"
    from message ${crossJoin}
    where message.recipient_id = ${row.recipientId}
      and message.position > ${row.after} and message.position <= ${row.through}`,
);
