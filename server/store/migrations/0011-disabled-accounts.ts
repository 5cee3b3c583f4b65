import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When an operator disabled an account; null for all others. */
export const disabledAccounts: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('account').addColumn('disabled_at', 'bigint').execute();
  },
};
