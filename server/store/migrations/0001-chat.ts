import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The tables of the chat: accounts, sessions, conversations and messages. */
export const chat: Migration = {
  async up(db: Kysely<unknown>) {
    await createAccounts(db);
    await createSessions(db);
    await createConversations(db);
    await createParticipants(db);
    await createMessages(db);
  },
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
