import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The client message ids of deleted messages. */
export const usedClientIds: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('used_client_id')
      .addColumn('sender_id', 'text', (column) =>
        column.notNull().references('account.id').onDelete('cascade'),
      )
      .addColumn('client_message_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('used_client_id_key', ['sender_id', 'client_message_id'])
      .execute();
  },
};
