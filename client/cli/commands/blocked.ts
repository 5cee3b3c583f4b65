import { blockedAccounts } from '../account-queries.ts';
import { define, NO_INPUT } from './command.ts';

export const blocked = define({
  name: 'blocked',
  usage: 'blocked',
  help: 'list the accounts that you block, the last one first',
  ...NO_INPUT,
  needsLogin: true,
  async run(context, _input, { token }) {
    let count = 0;
    for await (const page of blockedAccounts(context, token)) {
      for (const { username } of page) context.say({ event: 'account', username, online: null });
      count += page.length;
    }
    context.say({ event: 'listed', count, of: 'blocked account' });
  },
});
