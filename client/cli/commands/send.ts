import { firstWord } from '../arguments.ts';
import { wrongUsage } from '../errors.ts';
import { define } from './command.ts';

export const send = define({
  name: 'send',
  aliases: ['msg'],
  usage: 'send USER TEXT…',
  help: 'send a message; USER need not be online',
  needs: ['to', 'text'],
  takes: ['clientMessageId'],
  parse(rest) {
    const [to, after] = firstWord(rest);
    // The blank that ends the name is not part of the text; everything after it is.
    const text = after.slice(1);
    if (!to || text === '') throw wrongUsage(this.usage);
    return { to, text };
  },
  needsLogin: true,
  run(_context, { to, text, clientMessageId }, session) {
    session.send({ username: to }, text, clientMessageId);
  },
});
