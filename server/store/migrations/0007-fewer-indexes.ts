import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Each index that a new message changes costs about as much as the message itself. */
export const fewerIndexes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const index of ['participant_by_recency', 'message_between', 'message_in_conversation'])
      await db.schema.dropIndex(index).execute();
    await db.schema
      .createIndex('participant_of_account')
      .on('participant')
      .columns(['account_id', 'counterpart_id'])
      .execute();
    await db.schema
      .createIndex('message_from_side')
      .unique()
      .on('message')
      .columns(['conversation_id', 'sender_id', 'conversation_position'])
      .execute();
  },
};
