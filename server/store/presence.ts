import type { Account } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import { inChunks } from './chunks.ts';
import type { Db } from './tables.ts';

/** Returns accounts by id, each with the moment at which its last lease runs out. */
export async function accountsWithLease(
  db: Db,
  ids: readonly string[],
  now: number,
): Promise<(Account & { readonly leaseUntil: number })[]> {
  const rows = await inChunks(ids, (chunk) =>
    selectAccounts(db, now)
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
  return rows.map(({ leaseUntil, ...row }) => ({ ...toAccount(row), leaseUntil: leaseUntil ?? 0 }));
}
