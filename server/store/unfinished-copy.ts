import type { Db } from './tables.ts';

/** Returns the name of the database whose copy this one is to become; undefined if it is complete. */
export async function unfinishedCopyOf(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('unfinishedCopy').select('source').executeTakeFirst();
  return row?.source;
}

/** Marks a database as incomplete: from now on, no server starts on it. */
export const insertUnfinishedCopy = (db: Db, source: string) =>
  db.insertInto('unfinishedCopy').values({ source }).execute();

export const deleteUnfinishedCopy = (db: Db) => db.deleteFrom('unfinishedCopy').execute();
