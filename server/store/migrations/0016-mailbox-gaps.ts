import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds up to where a mailbox may have gaps after its mark: pending messages that were deleted. */
export const mailboxGaps: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('account')
      .addColumn('gap_through', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
