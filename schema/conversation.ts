import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { AccountNotFoundError, MessageNotFoundError } from './errors.ts';
import { Message, MessageConnection } from './message.ts';
import type { Conversation as ConversationModel, Message as MessageModel } from './model.ts';
import { byPosition, byText, forwardArgs, page, pageArgs, pageCost } from './pagination.ts';

const Conversation = builder.objectRef<ConversationModel>('Conversation').implement({
  description: 'All that the viewer and one other account have written to each other.',
  fields: (t) => ({
    counterpart: t.expose('counterpart', {
      type: Account,
      nullable: true,
      description: 'The other account; null once it is deleted.',
    }),
    counterpartId: t.exposeID('counterpartId', {
      description:
        'The id of the other account. It finds the conversation also when the username belongs to somebody else by now.',
    }),
    counterpartUsername: t.exposeString('counterpartUsername', {
      description: 'The username of the other account.',
    }),
    lastMessage: t.expose('lastMessage', {
      type: Message,
      description: 'The newest message, in either direction.',
    }),
    unreadCount: t.exposeInt('unreadCount', {
      description: 'How many messages from the other are not marked read.',
    }),
  }),
});

const ConversationConnection = builder.connectionObject(
  { name: 'ConversationConnection', type: Conversation, description: 'One page of conversations.' },
  { name: 'ConversationEdge', description: 'A conversation, and where it stands in the list.' },
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
      page(args, context, byLastMessage, (wanted) =>
        context.conversations.list(viewer(context), wanted),
      ),
  }),
);

const byPlace = byPosition(({ conversationPosition }: MessageModel) => conversationPosition);

builder.queryField('conversation', (t) =>
  t.field({
    description:
      'Both directions between the viewer and one other account, oldest first, paged from either end.',
    type: MessageConnection,
    args: {
      with: t.arg.string({
        description:
          'The username of the other account, or its id: the only name of one whose username was taken again.',
      }),
      ...pageArgs(t.arg),
    },
    complexity: pageCost,
    resolve: (_root, { with: other, ...args }, context) =>
      page(args, context, byPlace, (wanted) =>
        context.conversations.messages(viewer(context), other, wanted),
      ),
  }),
);

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far the viewer has read a conversation.',
  fields: (t) => ({
    with: t.string({ description: 'The other account, as in `conversation`.' }),
    through: t.id({ description: 'The id of the last message that has been read.' }),
  }),
});

const MarkReadSuccess = builder
  .objectRef<{ readThrough: string | null; unreadCount: number }>('MarkReadSuccess')
  .implement({
    description: 'The mark stands at least where it was asked to.',
    fields: (t) => ({
      readThrough: t.exposeID('readThrough', {
        nullable: true,
        description: 'The last message from the other that is marked read; null when none is.',
      }),
      unreadCount: t.exposeInt('unreadCount', {
        description: 'How many messages from the other are not marked read.',
      }),
    }),
  });

builder.mutationField('markRead', (t) =>
  t.field({
    description: 'Moves the mark up to which a conversation is read. It only moves forward.',
    type: MarkReadSuccess,
    errors: {
      types: [AccountNotFoundError, MessageNotFoundError],
      union: { name: 'MarkReadResult', description: 'What comes of marking a conversation read.' },
    },
    args: {
      input: t.arg({ type: MarkReadInput, description: 'Which conversation, and how far.' }),
    },
    resolve: (_root, { input }, context) => context.conversations.markRead(viewer(context), input),
  }),
);
