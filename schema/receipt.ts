import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import type { Receipt as ReceiptModel } from './model.ts';

const Receipt = builder.objectRef<ReceiptModel>('Receipt').implement({
  description: 'How far a recipient has got with what the viewer sent them.',
  fields: (t) => ({
    by: t.expose('by', { type: Account, description: 'The recipient.' }),
    deliveredThrough: t.exposeID('deliveredThrough', {
      nullable: true,
      description:
        "The last of the viewer's messages to them that is delivered; null when none is.",
    }),
    readThrough: t.exposeID('readThrough', {
      nullable: true,
      description: "The last of the viewer's messages to them that is read; null when none is.",
    }),
  }),
});

builder.subscriptionField('receiptReceived', (t) =>
  t.field({
    description:
      'Where every recipient stands with what the viewer sent them, then each that gets further. A receipt that was missed is made good by the next one, or by the next query.',
    type: Receipt,
    subscribe: (_root, _args, context) => context.receipts.received(viewer(context)),
    resolve: (receipt) => receipt,
  }),
);
