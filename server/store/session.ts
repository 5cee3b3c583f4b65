import type { Kysely } from 'kysely';
import type { AccountRow } from './account.ts';
import { selectAccounts, toAccount } from './account.ts';
import { inChunks } from './chunks.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface SessionRow {
  readonly id: string;
  readonly leaseUntil: number;
  readonly account: AccountRow;
}

export const insertSession = (
  db: Db,
  session: {
    id: string;
    accountId: string;
    tokenHash: string;
    createdAt: number;
    leaseUntil: number;
  },
) =>
  db
    .insertInto('session')
    .values({ ...session, usedAt: session.createdAt })
    .execute();

/**
 * The sessions of tokens, with their accounts, each for its token; undefined for one that was not
 * used after `usedAfter`.
 */
export async function sessionsWithTokens(
  db: Db,
  tokenHashes: readonly string[],
  usedAfter: number,
  now: number,
): Promise<(SessionRow | undefined)[]> {
  const rows = await selectAccounts(db, now)
    .innerJoin('session', 'session.accountId', 'account.id')
    .select(['session.id as sessionId', 'session.tokenHash', 'session.leaseUntil'])
    .where('session.tokenHash', 'in', [...new Set(tokenHashes)])
    .where('session.usedAt', '>', usedAfter)
    .execute();
  const sessions = new Map(
    rows.map(({ sessionId: id, tokenHash, leaseUntil, ...row }) => [
      tokenHash,
      { id, leaseUntil, account: toAccount(row) },
    ]),
  );
  return tokenHashes.map((tokenHash) => sessions.get(tokenHash));
}

/** Whether a session of the account other than `except` holds a lease. */
export async function leasedElsewhere(
  db: Db,
  accountId: string,
  except: string | undefined,
  now: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .select('id')
    .where('accountId', '=', accountId)
    .where('leaseUntil', '>', now)
    .where('id', '!=', except ?? '')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Counts sessions as used now, and as clients that are there until `leaseUntil`; answers those that
 * have not ended.
 */
export async function lease(
  db: Kysely<Tables>,
  ids: readonly string[],
  leaseUntil: number,
  now: number,
): Promise<string[]> {
  const rows = await inChunks(ids, (chunk) =>
    inTransaction(db, (tx) =>
      tx
        .updateTable('session')
        .set({ leaseUntil, usedAt: now })
        // In one order for all: a session may have clients at several servers, which renew it at
        // the same moment.
        .where('id', 'in', (eb) =>
          eb.selectFrom('session').select('id').where('id', 'in', chunk).orderBy('id').forUpdate(),
        )
        .returning('id')
        .execute(),
    ),
  );
  return rows.map(({ id }) => id);
}

/**
 * Those of these sessions that have not ended, with where their accounts' mailboxes end and how
 * much they sent.
 */
export const sessionsById = (db: Db, ids: readonly string[]) =>
  inChunks(ids, (chunk) =>
    db
      .selectFrom('session')
      .innerJoin('account', 'account.id', 'session.accountId')
      .select(['session.id', 'account.lastPosition', 'account.sentCount'])
      .where('session.id', 'in', chunk)
      .execute(),
  );

export const deleteSession = (db: Db, id: string) =>
  db.deleteFrom('session').where('id', '=', id).execute();

/**
 * The sessions of an account, the newest first, with the moment of the last use that was written.
 */
export const sessionsOf = (db: Db, accountId: string) =>
  db
    .selectFrom('session')
    .select(['id', 'usedAt'])
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .execute();

/** Ends every session of an account, but for those in `except`. */
export const deleteSessionsOf = (db: Db, accountId: string, except: readonly string[] = []) =>
  db
    .deleteFrom('session')
    .where('accountId', '=', accountId)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .execute();

/** Sessions that one statement deletes when they have expired. */
const EXPIRED_AT_A_TIME = 500;

/**
 * Deletes some of the sessions that were not used after a moment; answers whether there may be
 * more.
 */
export async function deleteSessionsUnusedSince(db: Db, moment: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('session')
        .select('id')
        .where('usedAt', '<=', moment)
        .limit(EXPIRED_AT_A_TIME)
        // Another server may be at the same.
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return numDeletedRows === BigInt(EXPIRED_AT_A_TIME);
}
