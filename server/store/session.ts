import type { Kysely } from 'kysely';
import { type AccountRow, selectAccounts, toAccount } from './account.ts';
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
 * Returns the session of each token, in order, with its account; undefined for an unknown token or
 * a session not used after `usedAfter`.
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

/** Marks sessions as used now and leases them until `leaseUntil`. Returns those not ended. */
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
        // Always in the same order: several servers may renew the same sessions at once.
        .where('id', 'in', (eb) =>
          eb.selectFrom('session').select('id').where('id', 'in', chunk).orderBy('id').forUpdate(),
        )
        .returning('id')
        .execute(),
    ),
  );
  return rows.map(({ id }) => id);
}

/** Returns the sessions that have not ended, with the counters of their accounts. */
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

/** Returns an account's sessions, newest first, with their last recorded use. */
export const sessionsOf = (db: Db, accountId: string) =>
  db
    .selectFrom('session')
    .select(['id', 'usedAt'])
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .execute();

/** Ends every session of an account except those in `except`. */
export const deleteSessionsOf = (db: Db, accountId: string, except: readonly string[] = []) =>
  db
    .deleteFrom('session')
    .where('accountId', '=', accountId)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .execute();

/** Expired sessions that one statement deletes. */
const EXPIRED_AT_A_TIME = 500;

/** Deletes some sessions that were not used after a moment. Returns whether more may be left. */
export async function deleteSessionsUnusedSince(db: Db, moment: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('session')
        .select('id')
        .where('usedAt', '<=', moment)
        .limit(EXPIRED_AT_A_TIME)
        // Another server may be deleting the same rows.
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return numDeletedRows === BigInt(EXPIRED_AT_A_TIME);
}
