import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The accounts that an account blocks, and their number. */
export const blocks: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('account')
      .addColumn('block_count', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await createBlocks(db);
  },
};

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
