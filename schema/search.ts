import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { MessageConnection } from './message.ts';
import type { FoundMessage } from './model.ts';
import { byPosition, forwardArgs, forwardPage, pageCost } from './pagination.ts';

const bySearchPosition = byPosition('search', ({ searchPosition }: FoundMessage) => searchPosition);

builder.queryField('messages', (t) =>
  t.field({
    description:
      'The messages that the viewer has sent or received and that match a text, newest first.',
    type: MessageConnection,
    nullable: true,
    args: {
      matching: t.arg.string({
        description:
          'Words, or beginnings of words, at most 256 characters: a message must have them all, ' +
          'in any order. Case, accents and punctuation are ignored. Chinese and Japanese ' +
          'characters each count as a word. Without a word, nothing matches.',
      }),
      ...forwardArgs(t.arg),
    },
    complexity: pageCost,
    resolve: (_root, { matching, ...args }, context) =>
      forwardPage(args, context, bySearchPosition, (wanted) =>
        context.messages.search(viewer(context), matching, wanted),
      ),
  }),
);
