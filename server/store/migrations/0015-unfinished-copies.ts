import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Has a row while `npm run admin -- copy` fills the database. */
export const unfinishedCopies: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('unfinished_copy')
      .addColumn('source', 'text', (column) => column.primaryKey())
      .execute();
  },
};
