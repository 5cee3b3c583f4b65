import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import {
  AccountNotFoundError,
  ClientMessageIdReusedError,
  InvalidTextError,
  MailboxFullError,
  RateLimitedError,
  RecipientBlockedError,
} from './errors.ts';
import type { Message as MessageModel } from './model.ts';
import { Node } from './node.ts';

/** conversation.ts adds the field `conversation`. */
export const Message = builder.objectRef<MessageModel>('Message').implement({
  description: 'A text from one account to another.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'A UUIDv7; ids sort in the order of their conversation. Delivery is at least once, so ' +
        'ignore an id you have already seen.',
    }),
    position: t.int({
      nullable: true,
      description:
        "Place in the recipient's mailbox: 1, 2, 3 … Deleted messages leave gaps. Null for the " +
        'sender, since it would reveal how many messages the recipient gets.',
      resolve: ({ position, recipient }, _args, { caller }) =>
        caller.viewer && caller.viewer.account.id !== recipient.id ? null : position,
    }),
    sender: t.expose('sender', {
      type: Account,
      nullable: true,
      description: 'The sender; null once its account is deleted.',
    }),
    senderUsername: t.exposeString('senderUsername', {
      description: "The sender's username at the time of sending.",
    }),
    recipient: t.expose('recipient', {
      type: Account,
      description: 'The account whose mailbox it is in.',
    }),
    text: t.exposeString('text', { description: 'The text exactly as sent.' }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      description: 'The time at which the server stored it.',
    }),
    sentPosition: t.int({
      nullable: true,
      description:
        'Place among the messages of its sender, increasing; see `messageSent`. Null for ' +
        'everyone else.',
      resolve: ({ sentPosition, sender }, _args, { caller }) =>
        sender && caller.viewer?.account.id === sender.id ? sentPosition : null,
    }),
    delivered: t.boolean({
      description:
        'Whether the recipient has acknowledged it. False for a viewer whom the recipient blocks.',
      resolve: async (message, _args, { caller, receipts }) =>
        message.delivered && (await receipts.mayShow(message, caller)),
    }),
    read: t.boolean({
      description:
        'Whether the recipient has marked it as read. False for a viewer whom the recipient blocks.',
      resolve: async (message, _args, { caller, receipts }) =>
        message.read && (await receipts.mayShow(message, caller)),
    }),
  }),
});

export const MessageConnection = builder.connectionObject(
  { name: 'MessageConnection', type: Message, description: 'One page of messages.' },
  { name: 'MessageEdge', description: 'A message and its cursor.' },
);

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A message to send.',
  fields: (t) => ({
    to: t.string({
      description:
        "The recipient's username or id. Only the id is sure to reach the same account, since a " +
        'username can be reused. The recipient need not be online.',
    }),
    text: t.string({
      description:
        '1 to `maxTextLength` code points of well-formed Unicode, without control characters ' +
        'other than newline and tab. A carriage return is stored as a newline, with or without one ' +
        'after it.',
    }),
    clientMessageId: t.id({
      required: false,
      description:
        'An id of your choice, up to 64 characters, unique among your messages. A repeated send ' +
        'returns the first message and stores nothing, so it is safe to retry a send whose ' +
        'answer was lost.',
    }),
  }),
});

const SendMessageSuccess = builder
  .objectRef<{ sentMessage: MessageModel }>('SendMessageSuccess')
  .implement({
    description: 'The message is durable.',
    fields: (t) => ({
      sentMessage: t.expose('sentMessage', { type: Message, description: 'The stored message.' }),
    }),
  });

builder.mutationField('sendMessage', (t) =>
  t.field({
    description: 'Sends a message. Answers once the message is durable.',
    type: SendMessageSuccess,
    errors: {
      types: [
        AccountNotFoundError,
        InvalidTextError,
        MailboxFullError,
        ClientMessageIdReusedError,
        RecipientBlockedError,
        RateLimitedError,
      ],
      union: { name: 'SendMessageResult', description: 'The result of `sendMessage`.' },
    },
    args: { input: t.arg({ type: SendMessageInput, description: 'The message.' }) },
    resolve: async (_root, { input }, context) => ({
      sentMessage: await context.messages.send(viewer(context), input),
    }),
  }),
);

builder.subscriptionField('messageReceived', (t) =>
  t.field({
    description:
      'The messages waiting in the mailbox, then each new one, in order and none left out. ' +
      'Receiving a message does not mark it as delivered: acknowledge it once handled. After a ' +
      'disconnect, subscribe again without `after`.',
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
      'Each message that the viewer sends from any session, so that every client of an account ' +
      'can show what the others sent. Pass `after` to miss nothing between two subscriptions.',
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
