import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { Conversation } from './conversation.ts';
import type { Receipt as ReceiptModel } from './model.ts';

const Receipt = builder.objectRef<ReceiptModel>('Receipt').implement({
  description: "How far a recipient has received and read the viewer's messages.",
  fields: (t) => ({
    by: t.expose('by', { type: Account, description: 'The recipient.' }),
    conversation: t.expose('conversation', {
      type: Conversation,
      description: "The viewer's conversation with the recipient.",
    }),
    deliveredThrough: t.exposeID('deliveredThrough', {
      nullable: true,
      description:
        "The last of the viewer's messages that was delivered to the recipient; null if there " +
        'is none.',
    }),
    readThrough: t.exposeID('readThrough', {
      nullable: true,
      description:
        "The last of the viewer's messages that the recipient has read; null if there is none.",
    }),
  }),
});

builder.subscriptionField('receiptReceived', (t) =>
  t.field({
    description:
      'The current receipt of each recipient, then each change. Receipts are cumulative: the ' +
      'next one includes a missed one.',
    type: Receipt,
    subscribe: (_root, _args, context) => context.receipts.received(viewer(context)),
    resolve: (receipt) => receipt,
  }),
);
