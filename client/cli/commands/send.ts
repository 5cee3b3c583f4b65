import { firstWord } from '../arguments.ts';
import { wrongUsage } from '../errors.ts';
import type { Command } from './command.ts';

export const send: Command = {
  name: 'send',
  usage: 'send USER TEXT…',
  help: 'send a message; USER need not be online',
  needsLogin: true,
  run(_context, rest, session) {
    const [to, after] = firstWord(rest);
    // The blank that ends the name is not part of the text; everything after it is.
    const text = after.slice(1);
    if (!to || text === '') throw wrongUsage(this.usage);
    session.send(to, text);
  },
};
