import type { Db } from './tables.ts';

/** Rows of servers that have not written for this long are removed, in ms. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

/** Writes a server's row: it has one of its own, so that no server waits for another's lock. */
export const writeHeartbeat = (db: Db, serverId: string, now: number) =>
  db
    .insertInto('heartbeat')
    .values({ serverId, writtenAt: now })
    .onConflict((conflict) => conflict.column('serverId').doUpdateSet({ writtenAt: now }))
    .execute();

/** Removes the rows of servers that have gone. */
export const forgetServers = (db: Db, now: number) =>
  db
    .deleteFrom('heartbeat')
    .where('writtenAt', '<', now - FORGOTTEN_AFTER_MS)
    .execute();
