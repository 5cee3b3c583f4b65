import { countIn, wordsOf } from '../arguments.ts';
import { wrongUsage } from '../errors.ts';
import { FIRST } from '../session.ts';
import type { Command } from './command.ts';

export const deliver: Command = {
  name: 'deliver',
  usage: 'deliver [N]',
  help: `show the next N waiting messages (default ${FIRST})`,
  needsLogin: true,
  run(_context, rest, session) {
    const [count, ...more] = wordsOf(rest);
    if (more.length > 0) throw wrongUsage(this.usage);
    session.deliver(countIn(count, FIRST, this.usage));
  },
};
