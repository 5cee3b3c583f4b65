import { Account } from './account.ts';
import { builder } from './builder.ts';

builder.objectField(Account, 'online', (t) =>
  t.boolean({
    nullable: true,
    description: 'A client of theirs is there now; null for a viewer who is not logged in.',
    resolve: ({ online }, _args, { caller }) => (caller.viewer ? online : null),
  }),
);
