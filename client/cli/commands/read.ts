import { overHttpAs } from '../../core/connection.ts';
import { MarkRead } from '../../core/documents/conversation.ts';
import { dataOf } from '../../core/errors.ts';
import { onlyWord } from '../arguments.ts';
import { conversationWith } from '../conversation-queries.ts';
import { refusal } from '../errors.ts';
import type { Command } from './command.ts';

export const read: Command = {
  name: 'read',
  usage: 'read USER',
  help: 'mark everything from USER as read (sends a read receipt)',
  needsLogin: true,
  async run(context, rest, { token }) {
    const other = onlyWord(rest, this.usage);
    const conversation = await conversationWith(context, token, other);
    const input = { with: conversation.counterpartId, through: conversation.lastMessage.id };
    const { markRead } = await dataOf(
      context.client.mutation(MarkRead, { input }, overHttpAs(token)),
    );
    if (markRead.__typename !== 'MarkReadSuccess') throw refusal(markRead);
    const { counterpartUsername, unreadCount } = conversation;
    context.say({ event: 'read', with: counterpartUsername, count: unreadCount });
  },
};
