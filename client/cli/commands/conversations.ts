import { conversationsOf } from '../conversation-queries.ts';
import { marked } from '../event.ts';
import { define, NO_INPUT } from './command.ts';

export const conversations = define({
  name: 'conversations',
  usage: 'conversations',
  help: 'list your conversations, newest first',
  ...NO_INPUT,
  needsLogin: true,
  async run(context, _input, { token }) {
    let count = 0;
    for await (const page of conversationsOf(context, token)) {
      for (const { lastMessage, ...conversation } of page) {
        // A conversation is listed from its first message on.
        if (!lastMessage) continue;
        context.say({
          event: 'conversation',
          with: conversation.counterpartUsername,
          id: conversation.counterpartId,
          online: conversation.counterpart?.online ?? null,
          deleted: conversation.counterpart === null,
          unread: conversation.unreadCount,
          lastMessage: marked(lastMessage),
        });
      }
      count += page.length;
    }
    context.say({ event: 'listed', count, of: 'conversation' });
  },
});
