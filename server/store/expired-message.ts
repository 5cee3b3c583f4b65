import type { Kysely } from 'kysely';
import { newId } from './id.ts';
import { lockAccounts } from './locked-account.ts';
import { deleteMessages } from './message-removal.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** Messages that one step looks at. Their transaction holds up others for a few milliseconds. */
const STEP = 200;

/**
 * Deletes those of the next messages that were sent before a moment and have been delivered, in
 * order of time, after the message `after`. Returns the id of the last message that it looked at;
 * undefined when there are no more. It leaves out accounts that another transaction has locked:
 * call it again later.
 */
export const deleteSomeExpired = (
  db: Kysely<Tables>,
  before: number,
  after: string,
): Promise<string | undefined> =>
  inTransaction(db, async (tx) => {
    const old = await oldMessages(tx, before, after);
    const expired = old.filter(({ position, mark }) => position <= mark);
    const unlocked = await withLockedEnds(tx, expired);
    await deleteMessages(
      tx,
      unlocked.map(({ id }) => id),
    );
    return old.at(-1)?.id;
  });

/** Messages in order of id, which is that of their times. */
const oldMessages = (tx: Db, before: number, after: string) =>
  tx
    .selectFrom('message')
    .innerJoin('account as recipient', 'recipient.id', 'message.recipientId')
    .select([
      'message.id',
      'message.senderId',
      'message.recipientId',
      'message.position',
      'recipient.deliveredThrough as mark',
    ])
    .where('message.id', '>', after)
    .where('message.id', '<', newId({ msecs: before, seq: 0 }))
    .orderBy('message.id')
    .limit(STEP)
    .execute();

type Ends = Pick<Tables['message'], 'senderId' | 'recipientId'>;

/** Locks the accounts at both ends of messages, and leaves out those that are locked elsewhere. */
async function withLockedEnds<Message extends Ends>(
  tx: Db,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const { heldElsewhere } = await lockAccounts(
    tx,
    messages.flatMap(({ senderId, recipientId }) => [senderId, recipientId]),
  );
  return messages.filter(
    ({ senderId, recipientId }) => !heldElsewhere.has(senderId) && !heldElsewhere.has(recipientId),
  );
}
