import { countIn, wordsOf } from '../arguments.ts';
import { wrongUsage } from '../errors.ts';
import { FIRST } from '../receiving.ts';
import { define } from './command.ts';

export const deliver = define({
  name: 'deliver',
  usage: 'deliver [N]',
  help: `show the next N waiting messages (default ${FIRST})`,
  needs: [],
  takes: ['count'],
  parse(rest) {
    const [count, ...more] = wordsOf(rest);
    if (more.length > 0) throw wrongUsage(this.usage);
    return { ...(count && { count }) };
  },
  needsLogin: true,
  run(_context, { count }, session) {
    session.deliver(countIn(count, FIRST, this.usage));
  },
});
