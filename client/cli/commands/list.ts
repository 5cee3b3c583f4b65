import { accountsMatching } from '../account-queries.ts';
import { trimmed } from '../arguments.ts';
import { define } from './command.ts';

export const list = define({
  name: 'list',
  usage: 'list [TERM]',
  help: 'list accounts whose username contains TERM',
  details: 'With the wildcards * and ? TERM is a pattern of the whole name: al*, a?a.',
  needs: [],
  takes: ['matching'],
  parse: (rest) => ({ matching: trimmed(rest) }),
  needsLogin: false,
  async run(context, { matching = '' }) {
    let count = 0;
    for await (const page of accountsMatching(context, matching)) {
      for (const { username, online } of page) context.say({ event: 'account', username, online });
      count += page.length;
    }
    context.say({ event: 'listed', count, of: 'account' });
  },
});
