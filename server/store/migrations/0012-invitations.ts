import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Invitations to create accounts. A code is stored as its hash. */
export const invitations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('invitation')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('code_hash', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('uses_left', 'integer', (column) => column.notNull())
      .execute();
  },
};
