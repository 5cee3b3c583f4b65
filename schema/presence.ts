import { Account } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';

builder.objectField(Account, 'online', (t) =>
  t.boolean({
    nullable: true,
    description:
      'Whether a client of the account is connected; null for a viewer who is not logged in, ' +
      'false for one whom the account blocks.',
    resolve: (account, _args, { caller: { viewer }, presence }) =>
      viewer && (account.online ?? presence.online(viewer, account)),
  }),
);

builder.subscriptionField('presenceChanged', (t) =>
  t.field({
    description:
      'Each of these accounts as it is now, then each change. Unknown usernames are ignored.',
    type: Account,
    args: { of: t.arg.stringList({ description: 'Usernames, at most `maxWatchedAccounts`.' }) },
    subscribe: (_root, { of }, context) => context.presence.changes(viewer(context), of),
    resolve: (account) => account,
  }),
);
