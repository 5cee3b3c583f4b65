import { accountsMatching } from '../account-queries.ts';
import { trimmed } from '../arguments.ts';
import { counterpartsOf } from '../conversation-queries.ts';
import { define } from './command.ts';

export const who = define({
  name: 'who',
  usage: 'who [TERM]',
  help: 'list who is online: your contacts, or matches of TERM',
  needs: [],
  takes: ['matching'],
  parse: (rest) => ({ matching: trimmed(rest) }),
  needsLogin: true,
  async run(context, { matching: term }, { token }) {
    const accounts = term ? accountsMatching(context, term) : counterpartsOf(context, token);
    let count = 0;
    for await (const page of accounts) {
      for (const { username, online } of page) {
        if (!online) continue;
        context.say({ event: 'account', username, online });
        count += 1;
      }
    }
    context.say({ event: 'listed', count, of: 'online' });
  },
});
