import { builder, passwordCost } from './builder.ts';
import { type Accounts, viewer } from './context.ts';
import {
  AlreadyLoggedInError,
  InvalidCredentialsError,
  InvalidInvitationError,
  InvalidUsernameError,
  RateLimitedError,
  RegistrationClosedError,
  UsernameTakenError,
  WeakPasswordError,
} from './errors.ts';
import type { Account as AccountModel } from './model.ts';
import { Node } from './node.ts';
import { byText, forwardArgs, forwardPage, pageCost } from './pagination.ts';

export const Account = builder.objectRef<AccountModel>('Account').implement({
  description: 'A user of the chat.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'A UUID. A username can be reused after deletion; an id never is.',
    }),
    username: t.exposeString('username', { description: 'Unique; lower case.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the account was created.',
    }),
  }),
});

export const AccountConnection = builder.connectionObject(
  { name: 'AccountConnection', type: Account, description: 'One page of accounts.' },
  { name: 'AccountEdge', description: 'An account and its cursor.' },
);

/** The list is ordered by username, so a username is its own cursor. */
const byUsername = byText(({ username }: AccountModel) => username, /^[a-z0-9][a-z0-9._-]{0,31}$/);

builder.queryField('account', (t) =>
  t.field({
    description: 'The account with exactly this username; null if there is none.',
    type: Account,
    nullable: true,
    args: {
      username: t.arg.string({
        description: 'The username, case-insensitive. Surrounding white space is ignored.',
      }),
    },
    resolve: (_root, { username }, context) => context.accounts.named(username),
  }),
);

builder.queryField('accounts', (t) =>
  t.field({
    description: 'Accounts, ordered by username.',
    type: AccountConnection,
    args: {
      matching: t.arg.string({
        required: false,
        description:
          'Only usernames that contain this text. With `*` (any characters) or `?` (one ' +
          'character) it must match the whole username: `al*`, `*son`, `a?a`.',
      }),
      ...forwardArgs(t.arg),
    },
    complexity: pageCost,
    resolve: (_root, { matching, ...args }, context) =>
      forwardPage(args, context, byUsername, (wanted) =>
        context.accounts.matching(matching ?? '', wanted),
      ),
  }),
);

const CreateAccountInput = builder.inputType('CreateAccountInput', {
  description: 'The new account.',
  fields: (t) => ({
    username: t.string({
      description: 'Must match [a-z0-9][a-z0-9._-]{0,31} after trimming, NFKC and lower-casing.',
    }),
    password: t.string({
      description:
        '8 to 128 code points in NFC. Must not be blank, one repeated character, a common ' +
        'password, or the username with only digits and punctuation added.',
    }),
    invitationCode: t.string({
      required: false,
      description:
        'The code of an invitation, while `server { registration }` is `INVITE`. Else ignored.',
    }),
  }),
});

const CreateAccountSuccess = builder
  .objectRef<{ account: AccountModel }>('CreateAccountSuccess')
  .implement({
    description: 'The account was created.',
    fields: (t) => ({
      account: t.expose('account', { type: Account, description: 'The new account.' }),
    }),
  });

builder.mutationField('createAccount', (t) =>
  t.field({
    description: 'Creates an account, without logging in.',
    type: CreateAccountSuccess,
    errors: {
      types: [
        UsernameTakenError,
        InvalidUsernameError,
        WeakPasswordError,
        RateLimitedError,
        RegistrationClosedError,
        InvalidInvitationError,
      ],
      union: { name: 'CreateAccountResult', description: 'The result of `createAccount`.' },
    },
    args: { input: t.arg({ type: CreateAccountInput, description: 'The new account.' }) },
    complexity: (_args, context) => passwordCost(context),
    resolve: async (_root, { input }, context) => ({
      account: await context.accounts.create(context.caller, input),
    }),
  }),
);

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The current password and the new one.',
  fields: (t) => ({
    currentPassword: t.string({ description: 'The current password.' }),
    newPassword: t.string({
      description: 'The new password. The rules of `createAccount` apply.',
    }),
  }),
});

const ChangePasswordSuccess = builder
  .objectRef<{ token: string; account: AccountModel }>('ChangePasswordSuccess')
  .implement({
    description: 'The password was changed. All previous sessions have ended, including this one.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'The token of a new session. It is shown only once.',
      }),
      account: t.expose('account', {
        type: Account,
        description: 'The account.',
      }),
    }),
  });

builder.mutationField('changePassword', (t) =>
  t.field({
    description: "Changes the viewer's password, ends all sessions and starts a new one.",
    type: ChangePasswordSuccess,
    errors: {
      types: [InvalidCredentialsError, WeakPasswordError, RateLimitedError],
      union: { name: 'ChangePasswordResult', description: 'The result of `changePassword`.' },
    },
    args: {
      input: t.arg({
        type: ChangePasswordInput,
        description: 'The current password and the new one.',
      }),
    },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) =>
      context.accounts.changePassword(context.caller, viewer(context), input),
  }),
);

const DeleteAccountInput = builder.inputType('DeleteAccountInput', {
  description: 'The account to delete, with its password.',
  fields: (t) => ({
    username: t.string({ description: 'The username of the account.' }),
    password: t.string({ description: 'Its password.' }),
  }),
});

/** mailbox.ts adds the field `undelivered`. */
export const DeleteAccountSuccess = builder
  .objectRef<Awaited<ReturnType<Accounts['delete']>>>('DeleteAccountSuccess')
  .implement({
    description: 'The account was deleted with its mailbox and sessions. The username is free.',
    fields: (t) => ({
      accountId: t.id({
        description: 'The id that the account had.',
        resolve: ({ account }) => account.id,
      }),
      username: t.string({
        description: 'The username, which is free again.',
        resolve: ({ account }) => account.username,
      }),
      undeliveredCount: t.exposeInt('undeliveredCount', {
        description:
          'Number of messages that were waiting. `undelivered` holds at most `maxUndelivered` ' +
          'of them and the rest are lost, so read those first with `pendingMessages` or ' +
          '`messageReceived`.',
      }),
    }),
  });

builder.mutationField('deleteAccount', (t) =>
  t.field({
    description:
      'Deletes an account permanently. Needs no login. Refused while another client of the ' +
      'account is online.',
    type: DeleteAccountSuccess,
    errors: {
      types: [InvalidCredentialsError, AlreadyLoggedInError, RateLimitedError],
      union: { name: 'DeleteAccountResult', description: 'The result of `deleteAccount`.' },
    },
    args: {
      input: t.arg({
        type: DeleteAccountInput,
        description: 'The account to delete, with its password.',
      }),
    },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) => context.accounts.delete(context.caller, input),
  }),
);
