import type { Db, Tables } from './tables.ts';

/** Addresses that are kept for one account. */
const MAX_ADDRESSES = 20;

/** Whether a login to the account with this username has come from an address. */
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

/** Keeps the address of a login, and of all of the account's the ones used last. */
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
