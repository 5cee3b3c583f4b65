import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { disabledAccounts } from './migrations/0011-disabled-accounts.ts';
import { invitations } from './migrations/0012-invitations.ts';
import { oneTimePasswords } from './migrations/0013-one-time-passwords.ts';
import { usedClientIds } from './migrations/0014-used-client-ids.ts';
import { unfinishedCopies } from './migrations/0015-unfinished-copies.ts';
import { mailboxGaps } from './migrations/0016-mailbox-gaps.ts';
import { isPostgresDb } from './statement.ts';

/**
 * The migrations, run in order of name. Only ever add one at the end, and never change one that has
 * been released. Those that run together share a transaction, so a kill leaves all or nothing.
 *
 * The version before must still run on the tables afterwards: rename and remove nothing it uses.
 * From 0011 on, each has a file of its own.
 */
export const migrations: Record<string, Migration> = {
  '0001-chat': {
    async up(db: Kysely<unknown>) {
      await createAccounts(db);
      await createSessions(db);
      await createConversations(db);
      await createParticipants(db);
      await createMessages(db);
    },
  },
  '0002-order-of-ids': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('conversation')
        .addColumn('last_at', 'bigint', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
  '0003-closed-accounts': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('account').addColumn('closed_at', 'bigint').execute();
      await db.schema
        .createIndex('account_closed')
        .on('account')
        .columns(['closed_at', 'id'])
        .where('closed_at', 'is not', null)
        .execute();
    },
  },
  '0004-heartbeat': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('heartbeat')
        .addColumn('server_id', 'text', (column) => column.primaryKey())
        .addColumn('written_at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '0005-session-by-use': {
    async up(db: Kysely<unknown>) {
      await db.schema.createIndex('session_by_use').on('session').column('used_at').execute();
    },
  },
  '0006-known-addresses': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('known_address')
        .addColumn('account_id', 'text', (column) =>
          column.notNull().references('account.id').onDelete('cascade'),
        )
        .addColumn('address_hash', 'text', (column) => column.notNull())
        .addColumn('used_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('known_address_key', ['account_id', 'address_hash'])
        .execute();
    },
  },
  // Each index that a new message changes costs about as much as the message itself.
  '0007-fewer-indexes': {
    async up(db: Kysely<unknown>) {
      for (const index of ['participant_by_recency', 'message_between', 'message_in_conversation'])
        await db.schema.dropIndex(index).execute();
      await db.schema
        .createIndex('participant_of_account')
        .on('participant')
        .columns(['account_id', 'counterpart_id'])
        .execute();
      await db.schema
        .createIndex('message_from_side')
        .unique()
        .on('message')
        .columns(['conversation_id', 'sender_id', 'conversation_position'])
        .execute();
    },
  },
  '0008-blocks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('account')
        .addColumn('block_count', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await createBlocks(db);
    },
  },
  '0009-search': {
    async up(db: Kysely<unknown>) {
      await createSearchLogs(db);
      await createSearchEntries(db);
      await createSearchTerms(db);
    },
  },
  '0010-admin-events': {
    async up(db: Kysely<unknown>) {
      await withCountedId(db, db.schema.createTable('admin_event'))
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('os_user', 'text', (column) => column.notNull())
        .addColumn('verb', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0011-disabled-accounts': disabledAccounts,
  '0012-invitations': invitations,
  '0013-one-time-passwords': oneTimePasswords,
  '0014-used-client-ids': usedClientIds,
  '0015-unfinished-copies': unfinishedCopies,
  '0016-mailbox-gaps': mailboxGaps,
};

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_position', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('delivered_through', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('sent_count', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) =>
      column.notNull().references('account.id').onDelete('cascade'),
    )
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('session_of_account')
    .on('session')
    .columns(['account_id', 'lease_until'])
    .execute();
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('low_id', 'text', (column) => column.notNull())
    .addColumn('high_id', 'text', (column) => column.notNull())
    .addColumn('last_position', 'integer', (column) => column.notNull())
    .addUniqueConstraint('conversation_of_two', ['low_id', 'high_id'])
    .execute();
  await db.schema
    .createIndex('conversation_of_higher')
    .on('conversation')
    .column('high_id')
    .execute();
}

async function createParticipants(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('participant')
    .addColumn('conversation_id', 'text', (column) =>
      column.notNull().references('conversation.id'),
    )
    .addColumn('account_id', 'text', (column) =>
      column.notNull().references('account.id').onDelete('cascade'),
    )
    .addColumn('counterpart_id', 'text', (column) => column.notNull())
    .addColumn('counterpart_username', 'text', (column) => column.notNull())
    .addColumn('last_message_id', 'text', (column) => column.notNull())
    .addColumn('read_through', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('unread_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('participant_key', ['conversation_id', 'account_id'])
    .execute();
  await db.schema
    .createIndex('participant_by_recency')
    .on('participant')
    .columns(['account_id', 'last_message_id'])
    .execute();
  await db.schema
    .createIndex('participant_by_counterpart')
    .on('participant')
    .columns(['counterpart_id', 'account_id'])
    .execute();
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('recipient_id', 'text', (column) =>
      column.notNull().references('account.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('sender_id', 'text', (column) => column.notNull())
    .addColumn('sender_username', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'bigint', (column) => column.notNull())
    .addColumn('client_message_id', 'text')
    .addColumn('conversation_id', 'text', (column) =>
      column.notNull().references('conversation.id'),
    )
    .addColumn('conversation_position', 'integer', (column) => column.notNull())
    .addColumn('sent_position', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('message_in_mailbox')
    .unique()
    .on('message')
    .columns(['recipient_id', 'position'])
    .execute();
  await db.schema
    .createIndex('message_in_conversation')
    .unique()
    .on('message')
    .columns(['conversation_id', 'conversation_position'])
    .execute();
  await db.schema
    .createIndex('message_of_sender')
    .unique()
    .on('message')
    .columns(['sender_id', 'sent_position'])
    .execute();
  await db.schema
    .createIndex('message_between')
    .on('message')
    .columns(['recipient_id', 'sender_id', 'position'])
    .execute();
  await db.schema
    .createIndex('message_of_client')
    .unique()
    .on('message')
    .columns(['sender_id', 'client_message_id'])
    .where('client_message_id', 'is not', null)
    .execute();
}

async function createBlocks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('block')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) =>
      column.notNull().references('account.id').onDelete('cascade'),
    )
    .addColumn('blocked_id', 'text', (column) =>
      column.notNull().references('account.id').onDelete('cascade'),
    )
    .addUniqueConstraint('block_of_two', ['blocked_id', 'account_id'])
    .execute();
  await db.schema
    .createIndex('block_of_account')
    .on('block')
    .columns(['account_id', 'id'])
    .execute();
}

/** Adds an id that counts up, and is never used again. */
const withCountedId = <Table extends string>(
  db: Kysely<unknown>,
  table: CreateTableBuilder<Table>,
) =>
  isPostgresDb(db)
    ? table.addColumn('id', 'bigserial', (column) => column.primaryKey())
    : table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());

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
