import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When each server last wrote. */
export const heartbeat: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('heartbeat')
      .addColumn('server_id', 'text', (column) => column.primaryKey())
      .addColumn('written_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
