import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { Conversation } from './conversation.ts';
import { AccountNotFoundError, RateLimitedError, RecipientBlockedError } from './errors.ts';
import type { Conversation as ConversationModel } from './model.ts';

builder.objectField(Conversation, 'typing', (t) =>
  t.boolean({
    description:
      'Whether the other account is typing a message to the viewer. See `typingChanged`.',
    resolve: (conversation, _args, { typing }) => typing.isTyping(conversation),
  }),
);

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer is typing.',
  fields: (t) => ({
    with: t.string({ description: 'The other account, as in `conversation`.' }),
    typing: t.boolean({ description: 'True at each sign of typing, false at its end.' }),
  }),
});

const SetTypingSuccess = builder
  .objectRef<{ conversation: ConversationModel }>('SetTypingSuccess')
  .implement({
    description: 'The other account is shown it, if it is watching. Nothing is stored.',
    fields: (t) => ({
      conversation: t.expose('conversation', {
        type: Conversation,
        description: 'The conversation in which the viewer is typing.',
      }),
    }),
  });

builder.mutationField('setTyping', (t) =>
  t.field({
    description:
      'Shows another account that the viewer is typing, for six seconds: repeat it every few ' +
      'seconds for as long as it is so. A message that is sent does not end it.',
    type: SetTypingSuccess,
    errors: {
      types: [AccountNotFoundError, RecipientBlockedError, RateLimitedError],
      union: { name: 'SetTypingResult', description: 'The result of `setTyping`.' },
    },
    args: {
      input: t.arg({ type: SetTypingInput, description: 'The other account, and the state.' }),
    },
    resolve: async (_root, { input }, context) => ({
      conversation: await context.typing.set(viewer(context), input),
    }),
  }),
);

builder.subscriptionField('typingChanged', (t) =>
  t.field({
    description:
      'Each of these conversations in which the other account is typing, then each change. It ' +
      'ends by itself some seconds after the last `setTyping`.',
    type: Conversation,
    args: {
      in: t.arg.idList({
        description:
          "Ids of the viewer's conversations, at most `maxWatchedAccounts`. Others are ignored.",
      }),
    },
    subscribe: (_root, { in: ids }, context) => context.typing.changes(viewer(context), ids),
    resolve: (conversation) => conversation,
  }),
);
