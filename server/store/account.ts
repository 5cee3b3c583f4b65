import type { Transaction } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { inChunks } from './chunks.ts';
import type { Db, Tables } from './tables.ts';

/** An account as stored. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
  readonly lastPosition: number;
  readonly deliveredThrough: number;
  readonly gapThrough: number;
  readonly sentCount: number;
}

/** Selects the accounts that are not closed, for `toAccount`. The caller adds which ones. */
export const selectAccounts = (db: Db) =>
  db
    .selectFrom('account')
    .select([
      'account.id',
      'account.username',
      'account.createdAt',
      'account.passwordHash',
      'account.lastPosition',
      'account.deliveredThrough',
      'account.gapThrough',
      'account.sentCount',
    ])
    .where('account.closedAt', 'is', null);

/** Makes an account of a row: timestamps are stored in milliseconds. */
export const toAccount = <Row extends { createdAt: number }>(row: Row) => ({
  ...row,
  createdAt: new Date(row.createdAt),
});

/** Makes an account of joined columns; null if it was deleted. */
export const accountIfAny = (
  id: string,
  username: string | null,
  createdAt: number | null,
): Account | null =>
  username === null || createdAt === null ? null : toAccount({ id, username, createdAt });

/** Returns the account with this folded username. */
export async function accountByUsername(db: Db, username: string): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db).where('username', '=', username).executeTakeFirst();
  return row && toAccount(row);
}

export async function accountWithId(db: Db, id: string): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db).where('id', '=', id).executeTakeFirst();
  return row && toAccount(row);
}

/** Returns these accounts, in no order. */
export async function accountsWithIds(db: Db, ids: readonly string[]): Promise<AccountRow[]> {
  const rows = await selectAccounts(db).where('id', 'in', ids).execute();
  return rows.map(toAccount);
}

/** Reads and locks the account until the transaction ends. */
export async function accountForUpdate(tx: Transaction<Tables>, id: string) {
  const row = await selectAccounts(tx)
    .select('account.disabledAt')
    .where('id', '=', id)
    .forUpdate('account')
    .executeTakeFirst();
  return row && toAccount(row);
}

/** Disables an account from a moment on, or with null enables it. */
export const setDisabled = (db: Db, id: string, disabledAt: number | null) =>
  db.updateTable('account').set({ disabledAt }).where('id', '=', id).execute();

/** Returns the ids of those of some accounts that are disabled. */
export async function disabledAmong(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await inChunks(ids, (chunk) =>
    db
      .selectFrom('account')
      .select('id')
      .where('id', 'in', chunk)
      .where('disabledAt', 'is not', null)
      .execute(),
  );
  return new Set(rows.map(({ id }) => id));
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

/** Replaces a password hash, unless it has changed from `before` or is of a one-time password. */
export const replacePasswordHash = (db: Db, id: string, before: string, passwordHash: string) =>
  db
    .updateTable('account')
    .set({ passwordHash })
    .where('id', '=', id)
    .where('passwordHash', '=', before)
    .where('passwordHash', 'not in', (eb) =>
      eb.selectFrom('oneTimePassword').select('passwordHash').where('accountId', '=', id),
    )
    .execute();
