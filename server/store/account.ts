import { type ExpressionBuilder, sql } from 'kysely';
import type { Account } from '../../schema/model.ts';
import type { Db, Tables } from './tables.ts';

/** An account as stored, and whether it is online at the moment that was asked about. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
  readonly lastPosition: number;
  readonly deliveredThrough: number;
}

/** The fact that an account is online at a moment: a session of its holds a lease. */
export const online = (eb: ExpressionBuilder<Tables, never>, accountId: string, now: number) =>
  eb.exists(
    eb
      .selectFrom('session')
      .select(sql`1`.as('one'))
      .where('session.accountId', '=', sql.ref<string>(accountId))
      .where('session.leaseUntil', '>', now),
  );

/** Reads accounts; the caller says which, and `toAccount` makes each row one. */
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
      online(eb as never, 'account.id', now).as('online'),
    ]);

/** Engines tell truth in their own ways, and moments are kept as numbers. */
export const toAccount = <Row extends { createdAt: number; online: unknown }>(row: Row) => ({
  ...row,
  createdAt: new Date(row.createdAt),
  online: Boolean(row.online),
});

/** The account with this username, which is folded already. */
export async function accountNamed(db: Db, username: string, now: number): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db, now).where('username', '=', username).executeTakeFirst();
  return row && toAccount(row);
}

export async function accountWithId(db: Db, id: string, now: number): Promise<AccountRow | undefined> {
  const row = await selectAccounts(db, now).where('id', '=', id).executeTakeFirst();
  return row && toAccount(row);
}

/** Accounts in order of username, behind `after`, whose username is like an SQL pattern with `\` as its escape. */
export async function accountsLike(
  db: Db,
  pattern: string,
  after: string | null,
  limit: number,
  now: number,
): Promise<Account[]> {
  const rows = await selectAccounts(db, now)
    .where(sql<boolean>`account.username like ${pattern} escape '\\'`)
    .where('username', '>', after ?? '')
    .orderBy('username')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}

/** Adds an account; answers false when the username is taken. */
export async function insertAccount(
  db: Db,
  account: { id: string; username: string; passwordHash: string; createdAt: number },
): Promise<boolean> {
  const result = await db
    .insertInto('account')
    .values({ ...account, lastPosition: 0, deliveredThrough: 0 })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export const setPasswordHash = (db: Db, id: string, passwordHash: string) =>
  db.updateTable('account').set({ passwordHash }).where('id', '=', id).execute();

/** Removes an account with its mailbox and its sessions. What it sent stays with the recipients. */
export const deleteAccount = (db: Db, id: string) => db.deleteFrom('account').where('id', '=', id).execute();

/** Moves the mark forward to `through`, never back and never beyond the end; answers where things stand. */
export async function moveMark(
  db: Db,
  id: string,
  through: number,
): Promise<{ lastPosition: number; deliveredThrough: number } | undefined> {
  await db
    .updateTable('account')
    .set({ deliveredThrough: through })
    .where('id', '=', id)
    .where('deliveredThrough', '<', through)
    .where('lastPosition', '>=', through)
    .execute();
  return db.selectFrom('account').select(['lastPosition', 'deliveredThrough']).where('id', '=', id).executeTakeFirst();
}
