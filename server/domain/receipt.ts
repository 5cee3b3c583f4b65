import type { Receipts } from '../../schema/context.ts';
import { watch } from '../live/watch.ts';
import { isOutage } from '../store/errors.ts';
import { receiptsOf } from '../store/receipt.ts';
import { type Leases, whileThere } from './lease.ts';
import { type Parts, topic } from './services.ts';

export const receipts = ({ store, bell, clock }: Parts, leases: Leases): Receipts => ({
  async received(viewer) {
    const { id } = viewer.account;
    const attendance = leases.attend(viewer);
    return watch(
      {
        listen: whileThere(attendance, (heard: (key?: string) => void) =>
          bell.listen(topic.receipts(id), heard),
        ),
        isOutage,
        read: (recipients) => receiptsOf(store.db, id, recipients, clock()),
      },
      attendance.ended,
    );
  },
});
