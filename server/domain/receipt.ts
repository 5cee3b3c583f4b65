import type { Receipts } from '../../schema/context.ts';
import { watch } from '../live/watch.ts';
import { isOutage } from '../store/errors.ts';
import { receiptsOf } from '../store/receipt.ts';
import type { ConnectedSessions } from './connected.ts';
import { type Services, topic } from './services.ts';

export const receipts = (
  { store, bell, clock }: Services,
  connected: ConnectedSessions,
): Receipts => ({
  async received(viewer) {
    const { id } = viewer.account;
    return watch(
      {
        listen: (heard) => bell.listen(topic.receipts(id), heard),
        read: (recipients) => receiptsOf(store.db, id, recipients, clock()),
        isOutage,
      },
      connected.attend(viewer),
    );
  },
});
