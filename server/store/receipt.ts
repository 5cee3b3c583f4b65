import type { Account, Marks } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import { inChunks } from './chunks.ts';
import type { Db } from './tables.ts';

/** The marks of a recipient. */
export interface RecipientMarks extends Marks {
  readonly by: Account;
}

/**
 * Returns how far recipients have received and read an account's messages, in order of username:
 * those recipients with any progress among these, or among all, without those that block it.
 */
export async function receiptsOf(
  db: Db,
  senderId: string,
  recipients: ReadonlySet<string> | 'all',
): Promise<RecipientMarks[]> {
  const ids = recipients === 'all' ? await counterpartsOf(db, senderId) : recipients;
  const receipts = await inChunks(ids, (chunk) => receiptsOfSome(db, senderId, chunk));
  return receipts.toSorted((one, other) => (one.by.username < other.by.username ? -1 : 1));
}

async function counterpartsOf(db: Db, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('participant')
    .select('counterpartId')
    .where('accountId', '=', accountId)
    .execute();
  return rows.map(({ counterpartId }) => counterpartId);
}

async function receiptsOfSome(
  db: Db,
  senderId: string,
  recipients: readonly string[],
): Promise<RecipientMarks[]> {
  const rows = await selectAccounts(db)
    .innerJoin('participant as mine', 'mine.counterpartId', 'account.id')
    .innerJoin('participant as theirs', (join) =>
      join
        .onRef('theirs.conversationId', '=', 'mine.conversationId')
        .onRef('theirs.accountId', '=', 'account.id'),
    )
    .select((eb) => [
      eb
        .selectFrom('message')
        .select('message.id')
        .whereRef('message.conversationId', '=', 'theirs.conversationId')
        .where('message.senderId', '=', senderId)
        .whereRef('message.position', '<=', 'account.deliveredThrough')
        .orderBy('message.conversationPosition', 'desc')
        .limit(1)
        .as('delivered'),
      eb
        .selectFrom('message')
        .select('message.id')
        .whereRef('message.conversationId', '=', 'theirs.conversationId')
        .where('message.senderId', '=', senderId)
        .whereRef('message.conversationPosition', '<=', 'theirs.readThrough')
        .orderBy('message.conversationPosition', 'desc')
        .limit(1)
        .as('read'),
    ])
    .where('mine.accountId', '=', senderId)
    .where('account.id', 'in', recipients)
    .where(({ eb, not, exists }) =>
      not(
        exists(
          eb
            .selectFrom('block')
            .select('block.id')
            .where('block.blockedId', '=', senderId)
            .whereRef('block.accountId', '=', 'account.id'),
        ),
      ),
    )
    .execute();
  return rows
    .filter(({ delivered, read }) => delivered !== null || read !== null)
    .map(({ delivered, read, ...row }) => ({
      by: toAccount(row),
      deliveredThrough: delivered,
      readThrough: read,
    }));
}
