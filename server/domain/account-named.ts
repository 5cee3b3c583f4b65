import { type AccountRow, accountByUsername, accountWithId } from '../store/account.ts';
import type { Db } from '../store/tables.ts';
import { fold, isAccountId } from './username.ts';

/** Returns the account with this username, in any spelling that folds to it, or with this id. */
export async function accountNamed(db: Db, typed: string): Promise<AccountRow | undefined> {
  const name = fold(typed);
  if (!name) return undefined;
  return isAccountId(name) ? accountWithId(db, name) : accountByUsername(db, name);
}
