import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Up to where a mailbox can have gaps after its mark: messages that were deleted while pending. */
export const mailboxGaps: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('account')
      .addColumn('gap_through', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
