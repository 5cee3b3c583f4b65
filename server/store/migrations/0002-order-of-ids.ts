import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the time in the last id of a conversation, so that its ids are in order. */
export const orderOfIds: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('conversation')
      .addColumn('last_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
