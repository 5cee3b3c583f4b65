import { Account, AccountConnection } from './account.ts';
import { builder } from './builder.ts';
import { viewer } from './context.ts';
import { AccountNotFoundError, CannotBlockSelfError } from './errors.ts';
import type { Account as AccountModel, BlockedAccount } from './model.ts';
import { byText, forwardArgs, forwardPage, pageCost, UUID } from './pagination.ts';

builder.objectField(Account, 'blocked', (t) =>
  t.boolean({
    nullable: true,
    description:
      'Whether the viewer blocks the account; null for a viewer who is not logged in. See ' +
      '`blockAccount`.',
    resolve: (account, _args, { caller: { viewer }, blocks }) =>
      viewer && blocks.isBlocked(viewer, account),
  }),
);

const byBlock = byText(({ blockId }: BlockedAccount) => blockId, UUID, 'block:');

builder.queryField('blockedAccounts', (t) =>
  t.field({
    description: 'The accounts that the viewer blocks, the last blocked first.',
    type: AccountConnection,
    nullable: true,
    args: forwardArgs(t.arg),
    complexity: pageCost,
    resolve: (_root, args, context) =>
      forwardPage(args, context, byBlock, (wanted) => context.blocks.list(viewer(context), wanted)),
  }),
);

const BlockAccountInput = builder.inputType('BlockAccountInput', {
  description: 'An account to block.',
  fields: (t) => ({
    account: t.string({ description: 'Its username or id, as in `sendMessage`.' }),
  }),
});

const BlockAccountSuccess = builder
  .objectRef<{ account: AccountModel }>('BlockAccountSuccess')
  .implement({
    description: 'The account is blocked. Nothing that it sends from now on is accepted.',
    fields: (t) => ({
      account: t.expose('account', { type: Account, description: 'The blocked account.' }),
    }),
  });

builder.mutationField('blockAccount', (t) =>
  t.field({
    description:
      'Blocks an account: what it sends to the viewer is refused with `RecipientBlockedError`, ' +
      "and it no longer sees the viewer's presence, typing and receipts. Messages that were " +
      'received before stay. Blocking it again changes nothing.',
    type: BlockAccountSuccess,
    errors: {
      types: [AccountNotFoundError, CannotBlockSelfError],
      union: { name: 'BlockAccountResult', description: 'The result of `blockAccount`.' },
    },
    args: { input: t.arg({ type: BlockAccountInput, description: 'The account to block.' }) },
    resolve: async (_root, { input }, context) => ({
      account: await context.blocks.block(viewer(context), input.account),
    }),
  }),
);

const UnblockAccountInput = builder.inputType('UnblockAccountInput', {
  description: 'An account that is no longer to be blocked.',
  fields: (t) => ({
    account: t.string({ description: 'Its username or id, as in `sendMessage`.' }),
  }),
});

const UnblockAccountSuccess = builder
  .objectRef<{ account: AccountModel }>('UnblockAccountSuccess')
  .implement({
    description: 'The account is not blocked. What was refused meanwhile is not delivered.',
    fields: (t) => ({
      account: t.expose('account', { type: Account, description: 'The account.' }),
    }),
  });

builder.mutationField('unblockAccount', (t) =>
  t.field({
    description: 'Ends the block of an account. Does nothing if it is not blocked.',
    type: UnblockAccountSuccess,
    errors: {
      types: [AccountNotFoundError],
      union: { name: 'UnblockAccountResult', description: 'The result of `unblockAccount`.' },
    },
    args: { input: t.arg({ type: UnblockAccountInput, description: 'The account to unblock.' }) },
    resolve: async (_root, { input }, context) => ({
      account: await context.blocks.unblock(viewer(context), input.account),
    }),
  }),
);
