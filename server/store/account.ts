import type { Transaction } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { inChunks } from './chunks.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/** An account as stored. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
  readonly lastPosition: number;
  readonly deliveredThrough: number;
  readonly gapThrough: number;
  readonly sentCount: number;
}

/** A locked account, whose counters advance within its transaction. */
export interface CountedAccount extends Account {
  /** At least the number of accounts that it blocks. With 0, a message needs no look-up. */
  readonly blockCount: number;
  readonly gapThrough: number;
  lastPosition: number;
  deliveredThrough: number;
  sentCount: number;
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

/** Accounts by id and by username. An id is no username: it is longer. */
export type AccountsByName = ReadonlyMap<string, CountedAccount>;

/** Accounts that a transaction has locked, and those that another one holds. */
export interface LockedAccounts {
  readonly accounts: AccountsByName;
  readonly heldElsewhere: AccountsByName;
}

/**
 * Reads accounts, each by its id or its folded username, and locks them until the transaction ends.
 * Waits only for the account `waitFor`. So no two transactions wait for each other, and a locked
 * account holds up no other.
 */
export async function lockAccounts(
  tx: Db,
  names: Iterable<string>,
  waitFor?: string,
): Promise<LockedAccounts> {
  if (waitFor !== undefined) await lockOrWait(tx, [{ name: waitFor }]);
  const wanted = [...new Set(names)].map((name) => ({ name }));
  const accounts = byName(await lockOrSkip(tx, wanted));
  const missing = wanted.filter(({ name }) => !accounts.has(name));
  return { accounts, heldElsewhere: byName(await readByName(tx, missing)) };
}

type CountedRow = Omit<CountedAccount, 'createdAt'> & { readonly createdAt: number };

function byName(rows: readonly CountedRow[]): AccountsByName {
  const accounts = new Map<string, CountedAccount>();
  for (const row of rows) {
    // An account may have been found by both its names.
    if (accounts.has(row.id)) continue;
    const account = countedAccount(row);
    accounts.set(account.id, account).set(account.username, account);
  }
  return accounts;
}

/** Makes an account of a row. Property by property: to spread a row of SQLite takes much longer. */
const countedAccount = (row: CountedRow): CountedAccount => ({
  id: row.id,
  username: row.username,
  createdAt: new Date(row.createdAt),
  blockCount: row.blockCount,
  gapThrough: row.gapThrough,
  lastPosition: row.lastPosition,
  deliveredThrough: row.deliveredThrough,
  sentCount: row.sentCount,
});

/** Makes a statement that reads accounts by name, and locks their rows in this way. */
const accountsByName = (lockClause: string) =>
  statementForRows<{ name: string }, CountedRow>(
    { name: 'text' },
    ({ equalsAny, lock }) => `
      select id, username, created_at as "createdAt", last_position as "lastPosition",
        delivered_through as "deliveredThrough", gap_through as "gapThrough",
        sent_count as "sentCount", block_count as "blockCount"
      from account
      where (${equalsAny('id')} or ${equalsAny('username')}) and closed_at is null
      ${lock(lockClause)}`,
  );

const lockOrWait = accountsByName('for no key update');
const lockOrSkip = accountsByName('for no key update skip locked');
const readByName = accountsByName('');

/** Writes the counters of accounts that are locked. */
export const writeCounters = statementForRows<
  Pick<CountedAccount, 'id' | 'lastPosition' | 'deliveredThrough' | 'sentCount'>
>(
  { id: 'text', lastPosition: 'integer', deliveredThrough: 'integer', sentCount: 'integer' },
  ({ from, row }) => `
    update account set last_position = ${row.lastPosition},
      delivered_through = ${row.deliveredThrough}, sent_count = ${row.sentCount}
    ${from} where account.id = ${row.id}`,
);

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
