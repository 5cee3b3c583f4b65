import type { Insertable } from 'kysely';
import type { Db, Tables } from './tables.ts';

/** Records a deed of an administrator, in the transaction that does it. */
export const insertAdminEvent = (tx: Db, event: Insertable<Tables['adminEvent']>) =>
  tx.insertInto('adminEvent').values(event).execute();

/** Returns the latest deeds, newest first. */
export const latestAdminEvents = (db: Db, limit: number) =>
  db
    .selectFrom('adminEvent')
    .select(['at', 'osUser', 'verb', 'subject'])
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
