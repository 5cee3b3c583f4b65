import type { Db } from './tables.ts';

/** The row of a server that has not written for this long is removed. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

/** Writes a server's row. Each has its own, so that no server waits for another's lock. */
export const writeHeartbeat = (db: Db, serverId: string, now: number) =>
  db
    .insertInto('heartbeat')
    .values({ serverId, writtenAt: now })
    .onConflict((conflict) => conflict.column('serverId').doUpdateSet({ writtenAt: now }))
    .execute();

/** Removes the rows of servers that no longer run. */
export const forgetServers = (db: Db, now: number) =>
  db
    .deleteFrom('heartbeat')
    .where('writtenAt', '<', now - FORGOTTEN_AFTER_MS)
    .execute();
