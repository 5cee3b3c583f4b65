import { overHttpAs } from '../../core/connection.ts';
import { MarkRead } from '../../core/documents/conversation.ts';
import { dataOf } from '../../core/errors.ts';
import { onlyWord } from '../arguments.ts';
import { unreadOf } from '../conversation-queries.ts';
import { Failure, refusal } from '../errors.ts';
import { define } from './command.ts';

export const read = define({
  name: 'read',
  usage: 'read USER',
  help: 'mark everything from USER as read',
  details: 'USER is sent a read receipt. history marks nothing as read.',
  needs: ['with'],
  takes: [],
  parse(rest) {
    return { with: onlyWord(rest, this.usage) };
  },
  needsLogin: true,
  async run(context, { with: other }, { token }) {
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
});
