import { type SelectQueryBuilder, sql } from 'kysely';
import type { FoundMessage } from '../../schema/model.ts';
import { selectMessages, toMessage } from './message.ts';
import { closedAccounts } from './removal.ts';
import { termOf } from './search-entry.ts';
import type { SearchLog } from './search-index.ts';
import { isPostgresDb } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/** A part of the entries of an account's index, and what is wanted of it. */
export interface SearchStep {
  readonly segment: number;
  /** Only entries before this position. */
  readonly before: number;
  readonly limit: number;
  /** The beginnings of words, all of which a message must have. */
  readonly words: readonly string[];
}

/** Returns the messages of one segment that match, the last entry first. */
export async function searchSegment(
  db: Db,
  { id }: SearchLog,
  { segment, before, limit, words }: SearchStep,
): Promise<FoundMessage[]> {
  if (id === undefined) return [];
  const terms = words.map((word) => termOf(id, segment, word));
  const hits = isPostgresDb(db) ? hitsOnPostgres(db, terms) : hitsOnSqlite(db, terms);
  const page = hits
    .innerJoin('message', 'message.id', 'hit.messageId')
    .selectAll('message')
    .select('hit.position as searchPosition')
    .where('hit.position', '<', before)
    .where('message.recipientId', 'not in', closedAccounts(db))
    .orderBy('hit.position', 'desc')
    .limit(limit);
  const rows = await selectMessages(db, page as never).execute();
  return rows
    .map((row) => ({
      ...toMessage(row),
      searchPosition: (row as unknown as { searchPosition: number }).searchPosition,
    }))
    .sort((one, other) => other.searchPosition - one.searchPosition);
}

interface WithHits extends Tables {
  hit: Pick<Tables['searchEntry'], 'messageId' | 'position'>;
}
type Hits = SelectQueryBuilder<WithHits, 'hit', object>;

const hitsOnSqlite = (db: Db, terms: readonly string[]): Hits =>
  db.selectFrom(
    db
      .selectFrom('searchTerms')
      .innerJoin('searchEntry', 'searchEntry.id', 'searchTerms.rowid')
      .select(['searchEntry.messageId', 'searchEntry.position'])
      .where(sql<boolean>`search_terms match ${terms.map((term) => `"${term}" *`).join(' AND ')}`)
      .as('hit'),
  ) as never;

/** Materialized: PostgreSQL would rather read all entries from the last one on. */
const hitsOnPostgres = (db: Db, terms: readonly string[]): Hits =>
  db
    .with(
      (cte) => cte('hit').materialized(),
      (with_) =>
        with_
          .selectFrom('searchEntry')
          .select(['messageId', 'position'])
          .where(sql<boolean>`terms @@ ${terms.map((term) => `'${term}':*`).join(' & ')}::tsquery`),
    )
    .selectFrom('hit') as never;
