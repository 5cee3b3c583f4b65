import type { Mailbox } from '../../schema/model.ts';
import type { AccountRow } from '../store/account.ts';

/** The mailbox of an account as its row has it. */
export const mailboxAsOf = ({
  lastPosition,
  deliveredThrough,
  sentCount,
}: AccountRow): Mailbox => ({
  deliveredThrough,
  pendingCount: lastPosition - deliveredThrough,
  sentThrough: sentCount,
});
