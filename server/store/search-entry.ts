import { isPostgresDb, statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/**
 * Entries whose words have a part of the index of their own, so that a step of a search costs the
 * same for every mailbox.
 */
export const SEGMENT = 10_000;

/** Returns a word as it is indexed: only searches of the same account and segment find it. */
export const termOf = (logId: number, segment: number, word: string): string =>
  `${logId}.${segment}.${word}`;

/** Adds the entries of messages at the end of an account's index. */
export async function insertEntries(
  tx: Db,
  { id: logId, entryCount }: { id: number; entryCount: number },
  entries: readonly { messageId: string; words: readonly string[] }[],
): Promise<void> {
  const rows = entries.map(({ messageId, words }, index) => {
    const position = entryCount + index + 1;
    const segment = segmentOf(position);
    const terms = words.map((word) => termOf(logId, segment, word)).join(' ');
    return { logId, position, messageId, terms };
  });
  if (isPostgresDb(tx)) await insertWithTerms(tx, rows);
  else {
    const ids = await insertWithoutTerms(tx, rows);
    await insertTerms(
      tx,
      ids.map(({ id: rowid }, index) => ({ rowid, terms: rows[index]?.terms ?? '' })),
    );
  }
}

/** Returns the segment of an entry by its position. */
export const segmentOf = (position: number): number => Math.floor((position - 1) / SEGMENT);

type EntryRow = Pick<Tables['searchEntry'], 'logId' | 'position' | 'messageId'>;

const insertWithTerms = statementForRows<EntryRow & { terms: string }>(
  { logId: 'bigint', position: 'integer', messageId: 'text', terms: 'text' },
  ({ from, row }) => `
    insert into search_entry (log_id, position, message_id, terms)
    select ${row.logId}, ${row.position}, ${row.messageId},
      array_to_tsvector(string_to_array(${row.terms}, ' '))
    ${from}`,
);

const insertWithoutTerms = statementForRows<EntryRow, { id: number }>(
  { logId: 'bigint', position: 'integer', messageId: 'text' },
  ({ rows }) => `
    insert into search_entry (log_id, position, message_id) ${rows}
    returning id`,
);

const insertTerms = statementForRows<{ rowid: number; terms: string }>(
  { rowid: 'bigint', terms: 'text' },
  ({ rows }) => `insert into search_terms (rowid, terms) ${rows}`,
);

/** Removes messages from the index of both their accounts. */
export async function removeEntries(tx: Db, messageIds: readonly string[]): Promise<void> {
  const entries = await tx
    .selectFrom('searchEntry')
    .select('id')
    .where('messageId', 'in', messageIds)
    .execute();
  await deleteEntries(tx, entries);
}

/** Removes some entries of an account's index, or at last the index. Returns false without one. */
export async function removeSomeEntries(
  tx: Db,
  accountId: string,
  limit: number,
): Promise<boolean> {
  const log = await tx
    .selectFrom('searchLog')
    .select('id')
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  if (!log) return false;
  const entries = await tx
    .selectFrom('searchEntry')
    .select('id')
    .where('logId', '=', log.id)
    .limit(limit)
    .execute();
  if (entries.length > 0) await deleteEntries(tx, entries);
  else await tx.deleteFrom('searchLog').where('id', '=', log.id).execute();
  return true;
}

async function deleteEntries(tx: Db, entries: readonly { id: number }[]): Promise<void> {
  if (entries.length === 0) return;
  const ids = entries.map(({ id }) => id);
  if (!isPostgresDb(tx)) await tx.deleteFrom('searchTerms').where('rowid', 'in', ids).execute();
  await tx.deleteFrom('searchEntry').where('id', 'in', ids).execute();
}
