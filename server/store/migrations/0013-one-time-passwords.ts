import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Passwords that are good for one login. A row counts while its hash is that of the account: a
 * server of the version before, which knows no such row, changes a password without it.
 */
export const oneTimePasswords: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('one_time_password')
      .addColumn('account_id', 'text', (column) =>
        column.primaryKey().references('account.id').onDelete('cascade'),
      )
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('login_until', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute();
  },
};
