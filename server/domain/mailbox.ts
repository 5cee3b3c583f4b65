import type { Mailbox } from '../../schema/model.ts';
import type { AccountRow } from '../store/account.ts';

/** Returns the state of an account's mailbox. */
export const mailboxAsOf = ({
  lastPosition,
  deliveredThrough,
  sentCount,
}: AccountRow): Mailbox => ({
  deliveredThrough,
  pendingCount: lastPosition - deliveredThrough,
  sentThrough: sentCount,
});
