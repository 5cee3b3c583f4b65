import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { withCountedId } from './counted-id.ts';

/** What operators did with `npm run admin`. */
export const adminEvents: Migration = {
  async up(db: Kysely<unknown>) {
    await withCountedId(db, db.schema.createTable('admin_event'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('os_user', 'text', (column) => column.notNull())
      .addColumn('verb', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .execute();
  },
};
