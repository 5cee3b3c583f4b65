import type { Kysely } from 'kysely';
import type { Account } from '../../schema/model.ts';
import { inChunks } from './chunks.ts';
import { statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface SessionRow {
  readonly id: string;
  readonly leaseUntil: number;
  readonly account: Account;
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
): Promise<(SessionRow | undefined)[]> {
  const wanted = [...new Set(tokenHashes)].map((tokenHash) => ({ tokenHash, usedAfter }));
  const rows = await sessionsByToken(db, wanted);
  const sessions = new Map(
    rows.map(({ id, tokenHash, leaseUntil, accountId, username, createdAt }) => [
      tokenHash,
      { id, leaseUntil, account: { id: accountId, username, createdAt: new Date(createdAt) } },
    ]),
  );
  return tokenHashes.map((tokenHash) => sessions.get(tokenHash));
}

const sessionsByToken = statementForRows<
  { tokenHash: string; usedAfter: number },
  {
    readonly id: string;
    readonly tokenHash: string;
    readonly leaseUntil: number;
    readonly accountId: string;
    readonly username: string;
    readonly createdAt: number;
  }
>(
  { tokenHash: 'text', usedAfter: 'bigint' },
  ({ crossJoin, row }) => `
    select session.id, session.token_hash as "tokenHash", session.lease_until as "leaseUntil",
      account.id as "accountId", account.username, account.created_at as "createdAt"
    from session join account on account.id = session.account_id ${crossJoin}
    where session.token_hash = ${row.tokenHash} and session.used_at > ${row.usedAfter}
      and account.closed_at is null`,
);

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

/** A session, with the counters of its account as a server last saw them. */
export interface SeenSession {
  readonly id: string;
  readonly lastPosition: number;
  readonly sentCount: number;
}

/** A session that has ended, or the counters of its account if they have moved. */
export interface MovedSession {
  readonly id: string;
  /** Null once the session has ended. */
  readonly lastPosition: number | null;
  readonly sentCount: number | null;
}

/** Returns those sessions that have ended, or whose account's counters have moved. */
export const movedSessions = (db: Db, sessions: readonly SeenSession[]): Promise<MovedSession[]> =>
  inChunks(sessions, (chunk) => moved(db, chunk));

const moved = statementForRows<SeenSession, MovedSession>(
  { id: 'text', lastPosition: 'integer', sentCount: 'integer' },
  ({ source, row }) => `
    select ${row.id} as id, account.last_position as "lastPosition",
      account.sent_count as "sentCount"
    from ${source}
    left join session on session.id = ${row.id}
    left join account on account.id = session.account_id
    where session.id is null or account.last_position <> ${row.lastPosition}
      or account.sent_count <> ${row.sentCount}`,
);

export const deleteSession = (db: Db, id: string) =>
  db.deleteFrom('session').where('id', '=', id).execute();

/** Returns an account's sessions, newest first, with their last recorded use and their lease. */
export const sessionsOf = (db: Db, accountId: string) =>
  db
    .selectFrom('session')
    .select(['id', 'createdAt', 'usedAt', 'leaseUntil'])
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
