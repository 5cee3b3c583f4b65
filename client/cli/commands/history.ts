import { countIn, wordsOf } from '../arguments.ts';
import { lastMessages } from '../conversation-queries.ts';
import { wrongUsage } from '../errors.ts';
import { marked } from '../event.ts';
import { FIRST } from '../receiving.ts';
import { define } from './command.ts';

export const history = define({
  name: 'history',
  usage: 'history USER [N]',
  help: `show your last N messages with USER (default ${FIRST})`,
  details: 'Your own are marked: · sent, ✓ delivered, ✓✓ read.',
  needs: ['with'],
  takes: ['count'],
  parse(rest) {
    const [other, count, ...more] = wordsOf(rest);
    if (!other || more.length > 0) throw wrongUsage(this.usage);
    return { with: other, ...(count && { count }) };
  },
  needsLogin: true,
  async run(context, { with: other, count }, { token }) {
    const number = countIn(count, FIRST, this.usage);
    const messages = await lastMessages(context, token, other, number);
    for (const message of messages) context.say({ event: 'history', ...marked(message) });
    context.say({ event: 'listed', count: messages.length, of: 'message' });
  },
});
