import type { Insertable } from 'kysely';
import type { Db, Tables } from './tables.ts';

export const insertInvitation = (tx: Db, invitation: Insertable<Tables['invitation']>) =>
  tx.insertInto('invitation').values(invitation).execute();

/** Returns all invitations, newest first, also those that are used up or have expired. */
export const allInvitations = (db: Db) =>
  db
    .selectFrom('invitation')
    .select(['id', 'createdAt', 'expiresAt', 'usesLeft'])
    .orderBy('id', 'desc')
    .execute();

/** Whether an invitation can still be used. Reads only. */
export async function isUsable(db: Db, codeHash: string, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('invitation')
    .select('id')
    .where('codeHash', '=', codeHash)
    .where('usesLeft', '>', 0)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Counts a use of an invitation. Returns false if it cannot be used. Others wait for this one. */
export async function countUse(tx: Db, codeHash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('invitation')
    .set((eb) => ({ usesLeft: eb('usesLeft', '-', 1) }))
    .where('codeHash', '=', codeHash)
    .where('usesLeft', '>', 0)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Deletes an invitation. Returns false when there is none. */
export async function deleteInvitation(tx: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('invitation')
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
