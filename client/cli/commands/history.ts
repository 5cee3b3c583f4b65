import { countIn, wordsOf } from '../arguments.ts';
import { lastMessages } from '../conversation-queries.ts';
import { wrongUsage } from '../errors.ts';
import { marked } from '../event.ts';
import { FIRST } from '../session.ts';
import type { Command } from './command.ts';

export const history: Command = {
  name: 'history',
  usage: 'history USER [N]',
  help: `show your last N messages with USER (default ${FIRST}): · sent, ✓ delivered, ✓✓ read`,
  needsLogin: true,
  async run(context, rest, { token }) {
    const [other, count, ...more] = wordsOf(rest);
    if (!other || more.length > 0) throw wrongUsage(this.usage);
    const number = countIn(count, FIRST, this.usage);
    const messages = await lastMessages(context, token, other, number);
    for (const message of messages) context.say({ event: 'history', ...marked(message) });
    context.say({ event: 'listed', count: messages.length, of: 'message' });
  },
};
