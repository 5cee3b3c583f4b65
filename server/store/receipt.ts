import type { Receipt } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import type { Db } from './tables.ts';

/** How far recipients have got with what an account sent them: these, or all who have got anywhere. */
export async function receiptsOf(
  db: Db,
  senderId: string,
  recipients: ReadonlySet<string> | 'all',
  now: number,
): Promise<Receipt[]> {
  const rows = await selectAccounts(db, now)
    .innerJoin('participant as mine', 'mine.counterpartId', 'account.id')
    .innerJoin('participant as theirs', (join) =>
      join.onRef('theirs.conversationId', '=', 'mine.conversationId').onRef('theirs.accountId', '=', 'account.id'),
    )
    .select((eb) => [
      eb
        .selectFrom('message')
        .select('message.id')
        .whereRef('message.recipientId', '=', 'account.id')
        .where('message.senderId', '=', senderId)
        .whereRef('message.position', '<=', 'account.deliveredThrough')
        .orderBy('message.position', 'desc')
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
    .$if(recipients !== 'all', (query) => query.where('account.id', 'in', recipients === 'all' ? [] : [...recipients]))
    .orderBy('account.username')
    .execute();
  return rows
    .filter(({ delivered, read }) => delivered !== null || read !== null)
    .map(({ delivered, read, ...row }) => ({ by: toAccount(row), deliveredThrough: delivered, readThrough: read }));
}
