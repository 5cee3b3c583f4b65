import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { AccountNotFoundError, MessageNotFoundError } from './errors.ts';
import { Message, MessageConnection } from './message.ts';
import type { Conversation as ConversationModel, Message as MessageModel } from './model.ts';
import { Node } from './node.ts';
import {
  byPosition,
  byText,
  forwardArgs,
  forwardPage,
  page,
  pageArgs,
  pageCost,
  UUID,
} from './pagination.ts';

const byConversationPosition = byPosition(
  'conversation',
  ({ conversationPosition }: MessageModel) => conversationPosition,
);

export const Conversation = builder.objectRef<ConversationModel>('Conversation').implement({
  description: "The messages between the viewer and one other account, as the viewer's own view.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Stable from before the first message. The counterpart has another id for it.',
    }),
    counterpart: t.expose('counterpart', {
      type: Account,
      nullable: true,
      description: 'The other account; null once deleted.',
    }),
    counterpartId: t.exposeID('counterpartId', {
      description:
        'The id of the other account. Use it when the username now belongs to another account.',
    }),
    counterpartUsername: t.exposeString('counterpartUsername', {
      description: 'The username of the other account.',
    }),
    lastMessage: t.field({
      type: Message,
      nullable: true,
      description: 'The latest message, in either direction; null before the first.',
      resolve: async (conversation, _args, { conversations }) =>
        (await conversations.summary(conversation)).lastMessage,
    }),
    unreadCount: t.int({
      description: 'Number of messages from the other account that are not marked as read.',
      resolve: async (conversation, _args, { conversations }) =>
        (await conversations.summary(conversation)).unreadCount,
    }),
    deliveredThrough: t.id({
      nullable: true,
      description:
        "The last of the viewer's messages that was delivered to the other account; null if there " +
        'is none.',
      resolve: async (conversation, _args, { conversations }) =>
        (await conversations.marks(conversation)).deliveredThrough,
    }),
    readThrough: t.id({
      nullable: true,
      description:
        "The last of the viewer's messages that the other account has read; null if there is none.",
      resolve: async (conversation, _args, { conversations }) =>
        (await conversations.marks(conversation)).readThrough,
    }),
    messages: t.field({
      type: MessageConnection,
      description: 'The messages in both directions, oldest first. Can be paged from either end.',
      args: pageArgs(t.arg),
      complexity: pageCost,
      resolve: (conversation, args, context) =>
        page(args, context, byConversationPosition, (wanted) =>
          context.conversations.messages(conversation, wanted),
        ),
    }),
  }),
});

builder.objectField(Message, 'conversation', (t) =>
  t.field({
    type: Conversation,
    description: 'The conversation that it belongs to.',
    resolve: (message, _args, { conversations, caller }) => conversations.of(message, caller),
  }),
);

const ConversationConnection = builder.connectionObject(
  { name: 'ConversationConnection', type: Conversation, description: 'One page of conversations.' },
  { name: 'ConversationEdge', description: 'A conversation and its cursor.' },
);

const byLastMessage = byText(
  ({ summary }: ConversationModel) => summary?.lastMessage?.id ?? '',
  UUID,
);

builder.queryField('conversations', (t) =>
  t.field({
    description: "The viewer's conversations, most recent first.",
    type: ConversationConnection,
    nullable: true,
    args: forwardArgs(t.arg),
    complexity: pageCost,
    resolve: (_root, args, context) =>
      forwardPage(args, context, byLastMessage, (wanted) =>
        context.conversations.list(viewer(context), wanted),
      ),
  }),
);

builder.queryField('conversation', (t) =>
  t.field({
    description:
      "The viewer's conversation with one other account, also before the first message; null if " +
      'there is no such account.',
    type: Conversation,
    nullable: true,
    args: {
      with: t.arg.string({
        description:
          'The username or id of the other account. Only the id finds a deleted account whose ' +
          'username was reused.',
      }),
    },
    resolve: (_root, { with: other }, context) =>
      context.conversations.with(viewer(context), other),
  }),
);

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far the viewer has read a conversation.',
  fields: (t) => ({
    with: t.string({ description: 'The other account, as in `conversation`.' }),
    through: t.id({ description: 'The id of the last message that was read.' }),
  }),
});

const MarkReadSuccess = builder
  .objectRef<{ conversation: ConversationModel }>('MarkReadSuccess')
  .implement({
    description: 'The mark is at or past the requested message.',
    fields: (t) => ({
      conversation: t.expose('conversation', {
        type: Conversation,
        description: 'The conversation after it.',
      }),
    }),
  });

builder.mutationField('markRead', (t) =>
  t.field({
    description:
      'Marks the messages of a conversation as read, up to and including one. The mark only ' +
      'moves forward.',
    type: MarkReadSuccess,
    errors: {
      types: [AccountNotFoundError, MessageNotFoundError],
      union: { name: 'MarkReadResult', description: 'The result of `markRead`.' },
    },
    args: {
      input: t.arg({
        type: MarkReadInput,
        description: 'The conversation and the last message read.',
      }),
    },
    resolve: async (_root, { input }, context) => ({
      conversation: await context.conversations.markRead(viewer(context), input),
    }),
  }),
);
