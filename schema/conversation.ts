import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { AccountNotFoundError, MessageNotFoundError } from './errors.ts';
import { Message, MessageConnection } from './message.ts';
import type { Conversation as ConversationModel, Message as MessageModel } from './model.ts';
import {
  byPosition,
  byText,
  forwardArgs,
  forwardPage,
  page,
  pageArgs,
  pageCost,
} from './pagination.ts';

const Conversation = builder.objectRef<ConversationModel>('Conversation').implement({
  description: 'The messages between the viewer and one other account.',
  fields: (t) => ({
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
    lastMessage: t.expose('lastMessage', {
      type: Message,
      description: 'The latest message, in either direction.',
    }),
    unreadCount: t.exposeInt('unreadCount', {
      description: 'Number of messages from the other account that are not marked as read.',
    }),
  }),
});

const ConversationConnection = builder.connectionObject(
  { name: 'ConversationConnection', type: Conversation, description: 'One page of conversations.' },
  { name: 'ConversationEdge', description: 'A conversation and its cursor.' },
);

const byLastMessage = byText(
  ({ lastMessage }: ConversationModel) => lastMessage.id,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
);

builder.queryField('conversations', (t) =>
  t.field({
    description: "The viewer's conversations, most recent first.",
    type: ConversationConnection,
    args: forwardArgs(t.arg),
    complexity: pageCost,
    resolve: (_root, args, context) =>
      forwardPage(args, context, byLastMessage, (wanted) =>
        context.conversations.list(viewer(context), wanted),
      ),
  }),
);

const byConversationPosition = byPosition(
  ({ conversationPosition }: MessageModel) => conversationPosition,
);

builder.queryField('conversation', (t) =>
  t.field({
    description:
      'The messages between the viewer and one other account, in both directions, oldest first. ' +
      'Can be paged from either end.',
    type: MessageConnection,
    args: {
      with: t.arg.string({
        description:
          'The username or id of the other account. Only the id finds a deleted account whose ' +
          'username was reused.',
      }),
      ...pageArgs(t.arg),
    },
    complexity: pageCost,
    resolve: (_root, { with: other, ...args }, context) =>
      page(args, context, byConversationPosition, (wanted) =>
        context.conversations.messages(viewer(context), other, wanted),
      ),
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
  .objectRef<{ readThrough: string | null; unreadCount: number }>('MarkReadSuccess')
  .implement({
    description: 'The mark is at or past the requested message.',
    fields: (t) => ({
      readThrough: t.exposeID('readThrough', {
        nullable: true,
        description:
          'The last message from the other account that is marked as read; null if there is none.',
      }),
      unreadCount: t.exposeInt('unreadCount', {
        description: 'Number of messages from the other account that are not marked as read.',
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
    resolve: (_root, { input }, context) => context.conversations.markRead(viewer(context), input),
  }),
);
