import type { Mailbox } from '../../schema/model.ts';
import type { AccountRow } from '../store/account.ts';
import { countPending } from '../store/mailbox.ts';
import type { Db } from '../store/tables.ts';
import { mailboxId } from './node-id.ts';

/** Returns the state of an account's mailbox, by its row. */
export async function mailboxAsOf(
  db: Db,
  row: Pick<AccountRow, 'id' | 'lastPosition' | 'deliveredThrough' | 'gapThrough' | 'sentCount'>,
): Promise<Mailbox> {
  return {
    id: mailboxId(row.id),
    deliveredThrough: row.deliveredThrough,
    pendingCount: await countPending(db, row),
    sentThrough: row.sentCount,
  };
}
