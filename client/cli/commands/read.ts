import { overHttpAs } from '../../core/connection.ts';
import { MarkRead } from '../../core/documents/conversation.ts';
import { dataOf } from '../../core/errors.ts';
import { onlyWord } from '../arguments.ts';
import { unreadOf } from '../conversation-queries.ts';
import { Failure, refusal } from '../errors.ts';
import type { Command } from './command.ts';

export const read: Command = {
  name: 'read',
  usage: 'read USER',
  help: 'mark everything from USER as read (sends a read receipt)',
  needsLogin: true,
  async run(context, rest, { token }) {
    const other = onlyWord(rest, this.usage);
    const unread = await unreadOf(context, token, other);
    const { counterpartId, counterpartUsername, unreadCount: count, lastMessage } = unread;
    if (!lastMessage)
      throw new Failure('NoConversation', `You have no messages with ${counterpartUsername}.`);
    const input = { with: counterpartId, through: lastMessage.id };
    const { markRead } = await dataOf(
      context.client.mutation(MarkRead, { input }, overHttpAs(token)),
    );
    if (markRead.__typename !== 'MarkReadSuccess') throw refusal(markRead);
    context.say({ event: 'read', with: counterpartUsername, count });
  },
};
