import { countIn, trimmed } from '../arguments.ts';
import { messagesMatching } from '../conversation-queries.ts';
import { wrongUsage } from '../errors.ts';
import { marked } from '../event.ts';
import { FIRST } from '../receiving.ts';
import { define } from './command.ts';

export const search = define({
  name: 'search',
  usage: 'search WORDS…',
  help: `find messages with all these words (the newest ${FIRST})`,
  details: 'A word may be the beginning of one. Case and accents do not matter.',
  needs: ['matching'],
  takes: ['count'],
  parse(rest) {
    const matching = trimmed(rest);
    if (matching === '') throw wrongUsage(this.usage);
    return { matching };
  },
  needsLogin: true,
  async run(context, { matching, count }, { token }) {
    const most = countIn(count, FIRST, this.usage);
    const { messages, hasMore } = await messagesMatching(context, token, matching, most);
    for (const message of messages) context.say({ event: 'found', ...marked(message) });
    context.say({ event: 'listed', count: messages.length, of: 'message' });
    if (hasMore) context.say({ event: 'note', message: 'Older ones match, too. Add a word.' });
  },
});
