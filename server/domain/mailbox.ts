import type { Mailbox } from '../../schema/model.ts';
import type { AccountRow } from '../store/account.ts';
import { mailboxId } from './node-id.ts';

/** Returns the state of an account's mailbox. */
export const mailboxAsOf = ({
  id,
  lastPosition,
  deliveredThrough,
  sentCount,
}: Pick<AccountRow, 'id' | 'lastPosition' | 'deliveredThrough' | 'sentCount'>): Mailbox => ({
  id: mailboxId(id),
  deliveredThrough,
  pendingCount: lastPosition - deliveredThrough,
  sentThrough: sentCount,
});
