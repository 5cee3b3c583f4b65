import type { Db } from './tables.ts';

/** Keeps the client message ids of messages that are about to be deleted, so that none is used again. */
export async function keepClientIds(tx: Db, messageIds: readonly string[]): Promise<void> {
  await tx
    .insertInto('usedClientId')
    .columns(['senderId', 'clientMessageId'])
    .expression(
      tx
        .selectFrom('message')
        .innerJoin('account as sender', 'sender.id', 'message.senderId')
        .select(['message.senderId', 'message.clientMessageId'])
        .$narrowType<{ clientMessageId: string }>()
        .where('message.id', 'in', messageIds)
        .where('message.clientMessageId', 'is not', null),
    )
    .execute();
}

/** Removes some of what is kept for an account. Returns false when there is nothing left. */
export async function removeSomeClientIds(
  tx: Db,
  senderId: string,
  limit: number,
): Promise<boolean> {
  const some = await tx
    .selectFrom('usedClientId')
    .select('clientMessageId')
    .where('senderId', '=', senderId)
    .limit(limit)
    .execute();
  if (some.length === 0) return false;
  await tx
    .deleteFrom('usedClientId')
    .where('senderId', '=', senderId)
    .where(
      'clientMessageId',
      'in',
      some.map(({ clientMessageId }) => clientMessageId),
    )
    .execute();
  return true;
}
