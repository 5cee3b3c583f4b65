import { sql } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import type { Db } from './tables.ts';

/**
 * Returns accounts in order of username, after `after` and up to and including `through` where
 * given, whose username is like an SQL pattern with `\` as its escape.
 */
export async function accountsMatching(
  db: Db,
  pattern: string,
  after: string | null,
  limit: number,
  through: string | null = null,
): Promise<Account[]> {
  const rows = await selectAccounts(db)
    .where(sql<boolean>`account.username like ${pattern} escape '\\'`)
    .where('username', '>', after ?? '')
    .$if(through !== null, (query) => query.where('username', '<=', through))
    .orderBy('username')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}

/** Returns the username `places` places after another; null when there are fewer. */
export async function usernameAfter(
  db: Db,
  after: string | null,
  places: number,
): Promise<string | null> {
  const row = await db
    .selectFrom('account')
    .select('username')
    .where('username', '>', after ?? '')
    .orderBy('username')
    .offset(places - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.username ?? null;
}
