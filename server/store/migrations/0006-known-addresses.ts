import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The addresses from which an account has logged in. An address is stored as its hash. */
export const knownAddresses: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('known_address')
      .addColumn('account_id', 'text', (column) =>
        column.notNull().references('account.id').onDelete('cascade'),
      )
      .addColumn('address_hash', 'text', (column) => column.notNull())
      .addColumn('used_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('known_address_key', ['account_id', 'address_hash'])
      .execute();
  },
};
