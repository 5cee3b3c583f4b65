import type { Insertable } from 'kysely';
import type { AccountRow } from './account.ts';
import type { Db, Tables } from './tables.ts';

/** Makes the password that an account has now good for one login. */
export const setOneTimePassword = (tx: Db, password: Insertable<Tables['oneTimePassword']>) =>
  tx
    .insertInto('oneTimePassword')
    .values(password)
    .onConflict((conflict) =>
      conflict.column('accountId').doUpdateSet({ ...password, usedAt: password.usedAt ?? null }),
    )
    .execute();

/** Returns the row of an account whose password is good for one login; undefined for all others. */
export const oneTimePasswordOf = (
  db: Db,
  { id, passwordHash }: Pick<AccountRow, 'id' | 'passwordHash'>,
) =>
  db
    .selectFrom('oneTimePassword')
    .select(['loginUntil', 'usedAt'])
    .where('accountId', '=', id)
    .where('passwordHash', '=', passwordHash)
    .executeTakeFirst();

/** Records the login of a one-time password. */
export const markUsed = (tx: Db, accountId: string, usedAt: number) =>
  tx.updateTable('oneTimePassword').set({ usedAt }).where('accountId', '=', accountId).execute();

export const forgetOneTimePassword = (tx: Db, accountId: string) =>
  tx.deleteFrom('oneTimePassword').where('accountId', '=', accountId).execute();
