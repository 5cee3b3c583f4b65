import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgresDb } from '../statement.ts';
import { withCountedId } from './counted-id.ts';

/** The index of a search: a log for each account, and its messages with their terms. */
export const search: Migration = {
  async up(db: Kysely<unknown>) {
    await createSearchLogs(db);
    await createSearchEntries(db);
    await createSearchTerms(db);
  },
};

async function createSearchLogs(db: Kysely<unknown>): Promise<void> {
  await withCountedId(db, db.schema.createTable('search_log'))
    .addColumn('account_id', 'text', (column) =>
      column.notNull().unique().references('account.id').onDelete('cascade'),
    )
    .addColumn('received_through', 'integer', (column) => column.notNull())
    .addColumn('sent_through', 'integer', (column) => column.notNull())
    .addColumn('entry_count', 'integer', (column) => column.notNull())
    .execute();
}

async function createSearchEntries(db: Kysely<unknown>): Promise<void> {
  await withCountedId(db, db.schema.createTable('search_entry'))
    .addColumn('log_id', 'bigint', (column) =>
      column.notNull().references('search_log.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    // No foreign key: a server of the version before removes messages and no entries.
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addUniqueConstraint('search_entry_in_log', ['log_id', 'position'])
    .execute();
  await db.schema
    .createIndex('search_entry_of_message')
    .on('search_entry')
    .column('message_id')
    .execute();
}

/** The terms are words without white space, so neither engine has to know any language. */
async function createSearchTerms(db: Kysely<unknown>): Promise<void> {
  if (isPostgresDb(db)) {
    await sql`alter table search_entry add column terms tsvector not null`.execute(db);
    // Without a list of pending entries, which each search would have to read.
    await sql`
      create index search_entry_terms on search_entry using gin (terms) with (fastupdate = off)
    `.execute(db);
  } else {
    await sql`
      create virtual table search_terms using fts5 (
        terms, content = '', contentless_delete = 1, detail = none,
        tokenize = "ascii tokenchars '.'"
      )
    `.execute(db);
  }
}
