import type { Account } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import { inChunks } from './chunks.ts';
import type { Db } from './tables.ts';

/** Returns those of some accounts that have an unexpired lease, with their counts of blocks. */
export async function onlineAmong(
  db: Db,
  ids: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.accountId')
    .select(['session.accountId', 'account.blockCount'])
    .where('session.accountId', 'in', ids)
    .where('session.leaseUntil', '>', now)
    .execute();
  return new Map(rows.map(({ accountId, blockCount }) => [accountId, blockCount]));
}

interface AccountWithLease extends Account {
  readonly leaseUntil: number;
  readonly online: boolean;
  readonly blockCount: number;
}

/** Returns accounts by id, each with the moment at which its last lease runs out. */
export async function accountsWithLease(
  db: Db,
  ids: readonly string[],
  now: number,
): Promise<AccountWithLease[]> {
  const rows = await inChunks(ids, (chunk) =>
    selectAccounts(db)
      .select('account.blockCount')
      .select((eb) =>
        eb
          .selectFrom('session')
          .select(({ fn }) => fn.max('session.leaseUntil').as('leaseUntil'))
          .whereRef('session.accountId', '=', 'account.id')
          .as('leaseUntil'),
      )
      .where('id', 'in', chunk)
      .execute(),
  );
  return rows.map(({ leaseUntil, ...row }) => ({
    ...toAccount(row),
    leaseUntil: leaseUntil ?? 0,
    online: (leaseUntil ?? 0) > now,
  }));
}

/** Returns accounts that have an unexpired lease, in order of username, after one if given. */
export async function accountsOnline(
  db: Db,
  now: number,
  { after, limit }: { after: string | null; limit: number },
): Promise<Account[]> {
  const rows = await selectAccounts(db)
    .where('account.id', 'in', (eb) =>
      eb.selectFrom('session').select('session.accountId').where('session.leaseUntil', '>', now),
    )
    .where('username', '>', after ?? '')
    .orderBy('username')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}
