import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { inChunks } from './chunks.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** An account as stored, and whether it is online at the moment that was asked about. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
  readonly lastPosition: number;
  readonly deliveredThrough: number;
  readonly sentCount: number;
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

/**
 * Reads accounts that are not closed; the caller says which, and `toAccount` makes each row one.
 */
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
 * Makes a row an account. Engines tell truth in their own ways, and moments are kept as numbers.
 */
export const toAccount = <Row extends { createdAt: number; online: unknown }>(row: Row) => ({
  ...row,
  createdAt: new Date(row.createdAt),
  online: Boolean(row.online),
});

/** The account at one end of a join that may lead nowhere. */
export const accountIfAny = (
  id: string,
  username: string | null,
  createdAt: number | null,
  online: unknown,
): Account | null =>
  username === null || createdAt === null ? null : toAccount({ id, username, createdAt, online });

/** The account with this username, which is folded already. */
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

/** The account with this id, which nothing else changes until this transaction ends. */
export async function accountForUpdate(tx: Transaction<Tables>, id: string, now: number) {
  const row = await selectAccounts(tx, now)
    .where('id', '=', id)
    .forUpdate('account')
    .executeTakeFirst();
  return row && toAccount(row);
}

/**
 * Accounts in order of username, after `after` and up to and including `through` where these are
 * given, whose username is like an SQL pattern with `\` as its escape.
 */
export async function accountsMatching(
  db: Db,
  pattern: string,
  after: string | null,
  limit: number,
  now: number,
  through: string | null = null,
): Promise<Account[]> {
  const rows = await selectAccounts(db, now)
    .where(sql<boolean>`account.username like ${pattern} escape '\\'`)
    .where('username', '>', after ?? '')
    .$if(through !== null, (query) => query.where('username', '<=', through))
    .orderBy('username')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}

/** The username that is so many places after another; null when there are fewer. */
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

/** Adds an account; answers false when the username is taken. */
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

/** Replaces a password hash, unless another one has taken its place. */
export const replacePasswordHash = (db: Db, id: string, before: string, passwordHash: string) =>
  db
    .updateTable('account')
    .set({ passwordHash })
    .where('id', '=', id)
    .where('passwordHash', '=', before)
    .execute();

/** Accounts by id, with the moment until which each is online if nothing more comes. */
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

/** The ids of the accounts that have one of these usernames. */
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

/** Where an account's mark stands after a move, and where it stood before. */
export interface AdvancedMark {
  readonly lastPosition: number;
  readonly deliveredBefore: number;
  readonly deliveredThrough: number;
}

/**
 * Moves the mark forward to `through`, never back and never past the end; answers where it stands
 * then.
 */
export const advanceMark = (
  db: Kysely<Tables>,
  id: string,
  through: number,
): Promise<AdvancedMark | undefined> =>
  inTransaction(db, async (tx) => {
    const account = await tx
      .selectFrom('account')
      .select(['lastPosition', 'deliveredThrough'])
      .where('id', '=', id)
      .where('closedAt', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!account) return undefined;
    const { lastPosition, deliveredThrough: deliveredBefore } = account;
    const moves = through > deliveredBefore && through <= lastPosition;
    if (moves)
      await tx
        .updateTable('account')
        .set({ deliveredThrough: through })
        .where('id', '=', id)
        .execute();
    return { lastPosition, deliveredBefore, deliveredThrough: moves ? through : deliveredBefore };
  });
