import type { Receipts } from '../../schema/context.ts';
import { watch } from '../live/watch.ts';
import { isOutage } from '../store/errors.ts';
import { receiptsOf } from '../store/receipt.ts';
import type { BlockService } from './block.ts';
import type { ConnectedSessions } from './connected.ts';
import { conversationWith } from './conversation.ts';
import { type Services, topic } from './services.ts';

export const receipts = (
  { store, bell }: Services,
  connected: ConnectedSessions,
  blocks: BlockService,
): Receipts => ({
  async mayShow({ recipient, recipientBlocks }, { viewer }) {
    return (
      !viewer ||
      // Most block nobody: then nothing is read.
      recipientBlocks === false ||
      viewer.account.id === recipient.id ||
      !(await blocks.isBlockedBy(viewer, recipient))
    );
  },

  async received(viewer) {
    const { id } = viewer.account;
    return watch(
      {
        listen: (heard) => bell.listen(topic.receipts(id), heard),
        async read(recipients) {
          const marks = await receiptsOf(store.db, id, recipients);
          return marks.map((mark) => ({
            ...mark,
            conversation: conversationWith(id, { ...mark.by, account: mark.by }),
          }));
        },
        isOutage,
      },
      connected.attend(viewer),
    );
  },
});
