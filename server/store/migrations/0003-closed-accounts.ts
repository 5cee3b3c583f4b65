import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When an account was deleted; null for all others. Its messages are removed afterwards. */
export const closedAccounts: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('account').addColumn('closed_at', 'bigint').execute();
    await db.schema
      .createIndex('account_closed')
      .on('account')
      .columns(['closed_at', 'id'])
      .where('closed_at', 'is not', null)
      .execute();
  },
};
