import type { Receipts } from '../../schema/context.ts';
import { watch } from '../live/watch.ts';
import { isOutage } from '../store/errors.ts';
import { receiptsOf } from '../store/receipt.ts';
import { type ConnectedSessions, untilDisposed } from './lease.ts';
import { type Services, topic } from './services.ts';

export const receipts = (
  { store, bell, clock }: Services,
  connected: ConnectedSessions,
): Receipts => ({
  async received(viewer) {
    const { id } = viewer.account;
    const attendance = connected.attend(viewer);
    return watch(
      {
        listen: untilDisposed(attendance, (heard: (key?: string) => void) =>
          bell.listen(topic.receipts(id), heard),
        ),
        isOutage,
        read: (recipients) => receiptsOf(store.db, id, recipients, clock()),
      },
      attendance.ended,
    );
  },
});
