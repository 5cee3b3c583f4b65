import type { Db, Tables } from './tables.ts';

/** The most addresses kept for one account. */
const MAX_ADDRESSES = 20;

/** Whether the account with this username has had a login from an address. */
export async function hasLoggedInFrom(
  db: Db,
  username: string,
  addressHash: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('knownAddress')
    .innerJoin('account', 'account.id', 'knownAddress.accountId')
    .select('account.id')
    .where('account.username', '=', username)
    .where('knownAddress.addressHash', '=', addressHash)
    .executeTakeFirst();
  return row !== undefined;
}

/** Keeps the address of a login, and drops those of the account beyond the latest ones. */
export async function rememberAddress(tx: Db, address: Tables['knownAddress']): Promise<void> {
  await tx
    .insertInto('knownAddress')
    .values(address)
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'addressHash']).doUpdateSet({ usedAt: address.usedAt }),
    )
    .execute();
  await tx
    .deleteFrom('knownAddress')
    .where('accountId', '=', address.accountId)
    .where('addressHash', 'not in', (eb) =>
      eb
        .selectFrom('knownAddress')
        .select('addressHash')
        .where('accountId', '=', address.accountId)
        .orderBy('usedAt', 'desc')
        .limit(MAX_ADDRESSES),
    )
    .execute();
}

export const deleteAddressesOf = (tx: Db, accountId: string) =>
  tx.deleteFrom('knownAddress').where('accountId', '=', accountId).execute();
