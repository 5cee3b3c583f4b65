import { Account, DeleteAccountSuccess } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { BeyondMailboxError } from './errors.ts';
import { Message, MessageConnection } from './message.ts';
import type { Acknowledgement, Mailbox as MailboxModel, Message as MessageModel } from './model.ts';
import { Node } from './node.ts';
import { byPosition, forwardArgs, forwardPage, pageCost } from './pagination.ts';
import { LoginSuccess } from './session.ts';

const Mailbox = builder.objectRef<MailboxModel>('Mailbox').implement({
  description:
    "The state of the viewer's mailbox, with the positions from which subscriptions can continue.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Another id than that of the account.' }),
    deliveredThrough: t.exposeInt('deliveredThrough', {
      description:
        'The last acknowledged position. Pass it to `messageReceived` as `after` to continue ' +
        'from there.',
    }),
    pendingCount: t.exposeInt('pendingCount', { description: 'Number of messages waiting.' }),
    sentThrough: t.exposeInt('sentThrough', {
      description:
        'The `sentPosition` of the last message that the viewer sent. Pass it to `messageSent` ' +
        'as `after` to continue from there.',
    }),
  }),
});

builder.queryField('mailbox', (t) =>
  t.field({
    description: "The viewer's mailbox.",
    type: Mailbox,
    nullable: true,
    resolve: (_root, _args, context) => context.messages.mailbox(viewer(context)),
  }),
);

builder.objectField(Account, 'mailbox', (t) =>
  t.field({
    description: "The account's mailbox; null unless it is the viewer's own account.",
    type: Mailbox,
    nullable: true,
    resolve: ({ id }, _args, { caller: { viewer }, messages }) =>
      viewer?.account.id === id ? messages.mailbox(viewer) : null,
  }),
);

const byMailboxPosition = byPosition('mailbox', ({ position }: MessageModel) => position);

builder.queryField('pendingMessages', (t) =>
  t.field({
    description:
      "The messages waiting in the viewer's mailbox, oldest first. Reading does not mark " +
      'messages as delivered; `acknowledgeMessages` does.',
    type: MessageConnection,
    nullable: true,
    args: forwardArgs(t.arg),
    complexity: pageCost,
    resolve: (_root, args, context) =>
      forwardPage(args, context, byMailboxPosition, (wanted) =>
        context.messages.pending(viewer(context), wanted),
      ),
  }),
);

const AcknowledgeMessagesInput = builder.inputType('AcknowledgeMessagesInput', {
  description: 'How far the viewer has handled its mailbox.',
  fields: (t) => ({
    through: t.int({ description: 'The position of the last message that has been handled.' }),
  }),
});

const AcknowledgeMessagesSuccess = builder
  .objectRef<Acknowledgement>('AcknowledgeMessagesSuccess')
  .implement({
    description: 'The mark is at or past the requested position.',
    fields: (t) => ({
      mailbox: t.expose('mailbox', { type: Mailbox, description: 'The mailbox after it.' }),
      messages: t.field({
        type: MessageConnection,
        description: 'The messages that are newly delivered, oldest first.',
        args: forwardArgs(t.arg),
        complexity: pageCost,
        resolve: (acknowledgement, args, context) =>
          forwardPage(args, context, byMailboxPosition, (wanted) =>
            context.messages.acknowledged(viewer(context), acknowledgement, wanted),
          ),
      }),
    }),
  });

builder.mutationField('acknowledgeMessages', (t) =>
  t.field({
    description:
      'Marks all messages up to and including a position as delivered. The mark only moves ' +
      'forward; an earlier position changes nothing.',
    type: AcknowledgeMessagesSuccess,
    errors: {
      types: [BeyondMailboxError],
      union: {
        name: 'AcknowledgeMessagesResult',
        description: 'The result of `acknowledgeMessages`.',
      },
    },
    args: {
      input: t.arg({ type: AcknowledgeMessagesInput, description: 'The position to acknowledge.' }),
    },
    resolve: (_root, { input }, context) =>
      context.messages.acknowledge(viewer(context), input.through),
  }),
);

builder.objectField(LoginSuccess, 'mailbox', (t) =>
  t.expose('mailbox', { type: Mailbox, description: 'The mailbox at the time of the login.' }),
);

builder.objectField(DeleteAccountSuccess, 'undelivered', (t) =>
  t.expose('undelivered', {
    type: [Message],
    description: 'The first `maxUndelivered` messages that were waiting, oldest first.',
  }),
);
