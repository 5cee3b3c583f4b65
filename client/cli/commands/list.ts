import { accountsMatching } from '../account-queries.ts';
import { trimmed } from '../arguments.ts';
import type { Command } from './command.ts';

export const list: Command = {
  name: 'list',
  usage: 'list [TERM]',
  help: 'list accounts whose username contains TERM; wildcards: al*, a?a',
  needsLogin: false,
  async run(context, rest) {
    let count = 0;
    for await (const page of accountsMatching(context, trimmed(rest))) {
      for (const { username, online } of page) context.say({ event: 'account', username, online });
      count += page.length;
    }
    context.say({ event: 'listed', count, of: 'account' });
  },
};
