import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Finds the sessions that were unused for long. */
export const sessionByUse: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('session_by_use').on('session').column('used_at').execute();
  },
};
