import { type ExpressionBuilder, sql, type Transaction } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { inChunks } from './chunks.ts';
import type { Db, Tables } from './tables.ts';

/** An account as stored. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
  readonly lastPosition: number;
  readonly deliveredThrough: number;
  readonly sentCount: number;
}

/** A locked account, whose counters advance within its transaction. */
export interface CountedAccount extends AccountRow {
  lastPosition: number;
  sentCount: number;
}

/** SQL condition: the account has an unexpired lease. */
export const online = (eb: ExpressionBuilder<Tables, never>, accountId: string, now: number) =>
  eb.exists(
    eb
      .selectFrom('session')
      .select(sql`1`.as('one'))
      .where('session.accountId', '=', sql.ref<string>(accountId))
      .where('session.leaseUntil', '>', now),
  );

/** Selects the accounts that are not closed, for `toAccount`. The caller adds which ones. */
export const selectAccounts = (db: Db, now: number) =>
  db
    .selectFrom('account')
    .select((eb) => [
      'account.id',
      'account.username',
      'account.createdAt',
      'account.passwordHash',
      'account.lastPosition',
      'account.deliveredThrough',
      'account.sentCount',
      online(eb as never, 'account.id', now).as('online'),
    ])
    .where('account.closedAt', 'is', null);

/**
 * Makes an account of a row. SQLite returns booleans as 0 and 1; timestamps are stored in
 * milliseconds.
 */
export const toAccount = <Row extends { createdAt: number; online: unknown }>(row: Row) => ({
  ...row,
  createdAt: new Date(row.createdAt),
  online: Boolean(row.online),
});

/** Makes an account of joined columns; null if it was deleted. */
export const accountIfAny = (
  id: string,
  username: string | null,
  createdAt: number | null,
  online: unknown,
): Account | null =>
  username === null || createdAt === null ? null : toAccount({ id, username, createdAt, online });

/** Returns the account with this folded username. */
export async function accountByUsername(
  db: Db,
  username: string,
  now: number,
): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db, now).where('username', '=', username).executeTakeFirst();
  return row && toAccount(row);
}

export async function accountWithId(
  db: Db,
  id: string,
  now: number,
): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db, now).where('id', '=', id).executeTakeFirst();
  return row && toAccount(row);
}

/** Returns these accounts, in no order. */
export async function accountsWithIds(
  db: Db,
  ids: readonly string[],
  now: number,
): Promise<AccountRow[]> {
  const rows = await selectAccounts(db, now).where('id', 'in', ids).execute();
  return rows.map(toAccount);
}

/** Reads and locks the account until the transaction ends. */
export async function accountForUpdate(tx: Transaction<Tables>, id: string, now: number) {
  const row = await selectAccounts(tx, now)
    .where('id', '=', id)
    .forUpdate('account')
    .executeTakeFirst();
  return row && toAccount(row);
}

/** Reads and locks accounts by id or by folded username until the transaction ends. */
export async function lockAccounts(
  tx: Db,
  ids: readonly string[],
  usernames: readonly string[],
  now: number,
): Promise<CountedAccount[]> {
  const rows = await selectAccounts(tx, now)
    .where((eb) =>
      eb.or([
        eb('account.id', 'in', [...new Set(ids)]),
        eb('account.username', 'in', [...new Set(usernames)]),
      ]),
    )
    // Always in the same order, so that no two batches wait for each other.
    .orderBy('account.id')
    .forNoKeyUpdate('account')
    .execute();
  return rows.map(toAccount);
}

/** Returns the ids of the accounts that have one of these usernames. */
export async function idsOf(db: Db, usernames: readonly string[]): Promise<string[]> {
  const rows = await inChunks(usernames, (chunk) =>
    db
      .selectFrom('account')
      .select('id')
      .where('username', 'in', chunk)
      .where('closedAt', 'is', null)
      .execute(),
  );
  return rows.map(({ id }) => id);
}

/** Adds an account. Returns false when the username is taken. */
export async function insertAccount(
  db: Db,
  account: { id: string; username: string; passwordHash: string; createdAt: number },
): Promise<boolean> {
  const result = await db
    .insertInto('account')
    .values({ ...account, lastPosition: 0, deliveredThrough: 0, sentCount: 0 })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export const setPasswordHash = (db: Db, id: string, passwordHash: string) =>
  db.updateTable('account').set({ passwordHash }).where('id', '=', id).execute();

/** Replaces a password hash, unless it has changed from `before`. */
export const replacePasswordHash = (db: Db, id: string, before: string, passwordHash: string) =>
  db
    .updateTable('account')
    .set({ passwordHash })
    .where('id', '=', id)
    .where('passwordHash', '=', before)
    .execute();
