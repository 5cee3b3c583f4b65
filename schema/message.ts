import { Account, DeleteAccountSuccess } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import {
  AccountNotFoundError,
  BeyondMailboxError,
  ClientMessageIdReusedError,
  InvalidTextError,
  MailboxFullError,
  RateLimitedError,
} from './errors.ts';
import type {
  Mailbox as MailboxModel,
  Mark as MarkModel,
  Message as MessageModel,
} from './model.ts';
import { byPosition, forwardArgs, page, pageCost } from './pagination.ts';
import { LoginSuccess } from './session.ts';

export const Message = builder.objectRef<MessageModel>('Message').implement({
  description: 'A text from one account to another.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'A UUIDv7. Show each id once: delivery is at least once.',
    }),
    position: t.int({
      nullable: true,
      description:
        "Place in the recipient's mailbox: 1, 2, 3 … without gaps. Null for the sender, who would learn from it how much others write to the recipient.",
      resolve: ({ position, recipient }, _args, { caller }) =>
        caller.viewer && caller.viewer.account.id !== recipient.id ? null : position,
    }),
    sender: t.expose('sender', {
      type: Account,
      nullable: true,
      description: "Null once the sender's account is deleted.",
    }),
    senderUsername: t.exposeString('senderUsername', {
      description: "The sender's username when it was sent.",
    }),
    recipient: t.expose('recipient', { type: Account, description: 'Whose mailbox it is in.' }),
    text: t.exposeString('text', { description: 'The text as it was sent, to the letter.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When the server stored it.' }),
    sentPosition: t.int({
      nullable: true,
      description:
        'Place among all that its sender has sent, in growing order: see `messageSent`. Null for everyone else.',
      resolve: ({ sentPosition, sender }, _args, { caller }) =>
        sender && caller.viewer?.account.id === sender.id ? sentPosition : null,
    }),
    delivered: t.exposeBoolean('delivered', { description: 'The recipient has acknowledged it.' }),
    read: t.exposeBoolean('read', {
      description: 'The recipient has marked the conversation read up to it.',
    }),
  }),
});

export const MessageConnection = builder.connectionObject(
  { name: 'MessageConnection', type: Message, description: 'One page of messages.' },
  { name: 'MessageEdge', description: 'A message, and where it stands in the list.' },
);

const byMailboxPosition = byPosition(({ position }: MessageModel) => position);

builder.queryField('pendingMessages', (t) =>
  t.field({
    description:
      "What waits in the viewer's mailbox, oldest first. Reading does not deliver: `acknowledgeMessages` does.",
    type: MessageConnection,
    args: forwardArgs(t.arg),
    complexity: pageCost,
    resolve: (_root, args, context) =>
      page(args, context, byMailboxPosition, (wanted) =>
        context.messages.pending(viewer(context), wanted),
      ),
  }),
);

const Mailbox = builder.objectRef<MailboxModel>('Mailbox').implement({
  description:
    "The viewer's mailbox at one moment: where to go on from it without missing anything.",
  fields: (t) => ({
    deliveredThrough: t.exposeInt('deliveredThrough', {
      description:
        'The last position that was acknowledged. Pass it as `after` to continue from there.',
    }),
    pendingCount: t.exposeInt('pendingCount', { description: 'How many messages wait.' }),
    sentThrough: t.exposeInt('sentThrough', {
      description:
        'The `sentPosition` of the last message that the viewer sent. Pass it as `after` to continue from there.',
    }),
  }),
});

builder.queryField('mailbox', (t) =>
  t.field({
    description: "The viewer's mailbox as it is now.",
    type: Mailbox,
    resolve: (_root, _args, context) => context.messages.mailbox(viewer(context)),
  }),
);

builder.objectField(LoginSuccess, 'mailbox', (t) =>
  t.expose('mailbox', { type: Mailbox, description: 'Their mailbox at the moment of the login.' }),
);

builder.objectField(DeleteAccountSuccess, 'undelivered', (t) =>
  t.expose('undelivered', {
    type: [Message],
    description:
      'The messages that were waiting in the mailbox, oldest first: the first `maxUndelivered` of them.',
  }),
);

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A message to send.',
  fields: (t) => ({
    to: t.string({ description: 'The username of the recipient, online or not.' }),
    text: t.string({
      description:
        '1 to `maxTextLength` code points of well-formed Unicode, without control characters but newline and tab.',
    }),
    clientMessageId: t.id({
      required: false,
      description:
        'An id of your choice, unique among what you send, up to 64 characters. A repeat answers with the first message and stores nothing, so a send that was cut off can be sent again.',
    }),
  }),
});

const SendMessageSuccess = builder
  .objectRef<{ message: MessageModel }>('SendMessageSuccess')
  .implement({
    description: 'The message is stored for good.',
    fields: (t) => ({
      message: t.expose('message', { type: Message, description: 'The message as stored.' }),
    }),
  });

builder.mutationField('sendMessage', (t) =>
  t.field({
    description: 'Sends a message; answers once it is stored for good.',
    type: SendMessageSuccess,
    errors: {
      types: [
        AccountNotFoundError,
        InvalidTextError,
        MailboxFullError,
        ClientMessageIdReusedError,
        RateLimitedError,
      ],
      union: { name: 'SendMessageResult', description: 'What comes of sending a message.' },
    },
    args: { input: t.arg({ type: SendMessageInput, description: 'The message.' }) },
    resolve: async (_root, { input }, context) => ({
      message: await context.messages.send(viewer(context), input),
    }),
  }),
);

const AcknowledgeMessagesInput = builder.inputType('AcknowledgeMessagesInput', {
  description: 'How far the viewer has got.',
  fields: (t) => ({
    through: t.int({ description: 'The position of the last message that has been dealt with.' }),
  }),
});

const AcknowledgeMessagesSuccess = builder
  .objectRef<MarkModel>('AcknowledgeMessagesSuccess')
  .implement({
    description: 'The mark stands at least where it was asked to.',
    fields: (t) => ({
      deliveredThrough: t.exposeInt('deliveredThrough', {
        description: 'Everything up to this position is delivered.',
      }),
      pendingCount: t.exposeInt('pendingCount', { description: 'How many messages still wait.' }),
    }),
  });

builder.mutationField('acknowledgeMessages', (t) =>
  t.field({
    description:
      'Moves the mark up to which messages are delivered. It only moves forward; below it, nothing happens.',
    type: AcknowledgeMessagesSuccess,
    errors: {
      types: [BeyondMailboxError],
      union: {
        name: 'AcknowledgeMessagesResult',
        description: 'What comes of acknowledging messages.',
      },
    },
    args: { input: t.arg({ type: AcknowledgeMessagesInput, description: 'How far.' }) },
    resolve: (_root, { input }, context) =>
      context.messages.acknowledge(viewer(context), input.through),
  }),
);

builder.subscriptionField('messageReceived', (t) =>
  t.field({
    description:
      'First what waits in the mailbox, then each new message, in order and without a gap between the two. Streaming does not deliver: acknowledge what you have dealt with, and subscribe again without `after` whenever you come back.',
    type: Message,
    args: {
      after: t.arg.int({
        required: false,
        description: 'Start after this position instead of after the last acknowledged message.',
      }),
    },
    subscribe: (_root, { after }, context) =>
      context.messages.received(viewer(context), after ?? null),
    resolve: (message) => message,
  }),
);

builder.subscriptionField('messageSent', (t) =>
  t.field({
    description:
      'What the viewer sends from now on, from any session: so that each client of an account shows what the others sent. With `after` nothing is missed between two subscriptions.',
    type: Message,
    args: {
      after: t.arg.int({
        required: false,
        description: 'Start after this `sentPosition` instead of at the present.',
      }),
    },
    subscribe: (_root, { after }, context) => context.messages.sent(viewer(context), after ?? null),
    resolve: (message) => message,
  }),
);
