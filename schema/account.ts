import { builder, passwordCost } from './builder.ts';
import { viewer } from './context.ts';
import {
  AlreadyLoggedInError,
  InvalidCredentialsError,
  InvalidUsernameError,
  RateLimitedError,
  UsernameTakenError,
  WeakPasswordError,
} from './errors.ts';
import type { Account as AccountModel } from './model.ts';
import { byText, forwardArgs, page, pageCost } from './pagination.ts';

export const Account = builder.objectRef<AccountModel>('Account').implement({
  description: 'A person in the chat.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'A UUID. A username that is taken again is another account with another id.',
    }),
    username: t.exposeString('username', { description: 'Unique, in lower case.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the account was created.',
    }),
  }),
});

const AccountConnection = builder.connectionObject(
  { name: 'AccountConnection', type: Account, description: 'One page of accounts.' },
  { name: 'AccountEdge', description: 'An account, and where it stands in the list.' },
);

/** A username is its own cursor: the list is in its order. */
const byUsername = byText(({ username }: AccountModel) => username, /^[a-z0-9][a-z0-9._-]{0,31}$/);

builder.queryField('accounts', (t) =>
  t.field({
    description: 'Accounts in order of username.',
    type: AccountConnection,
    args: {
      matching: t.arg.string({
        required: false,
        description:
          'Usernames that contain this. With `*` (any characters) or `?` (one character) it must match the whole name: `al*`, `*son`, `a?a`.',
      }),
      ...forwardArgs(t.arg),
    },
    complexity: pageCost,
    resolve: (_root, { matching, ...args }, context) =>
      page(args, context, byUsername, (wanted) =>
        context.accounts.matching(matching ?? '', wanted),
      ),
  }),
);

const CreateAccountInput = builder.inputType('CreateAccountInput', {
  description: 'A new account.',
  fields: (t) => ({
    username: t.string({
      description:
        'Trimmed and folded (NFKC, lower case), it must match [a-z0-9][a-z0-9._-]{0,31}.',
    }),
    password: t.string({
      description:
        '8 to 128 code points in NFC. Refused if it is blank, one repeated character, a common password, or the username with nothing but digits and punctuation.',
    }),
  }),
});

const CreateAccountSuccess = builder
  .objectRef<{ account: AccountModel }>('CreateAccountSuccess')
  .implement({
    description: 'The account exists.',
    fields: (t) => ({
      account: t.expose('account', { type: Account, description: 'The new account.' }),
    }),
  });

builder.mutationField('createAccount', (t) =>
  t.field({
    description: 'Creates an account. It does not log in.',
    type: CreateAccountSuccess,
    errors: {
      types: [UsernameTakenError, InvalidUsernameError, WeakPasswordError, RateLimitedError],
      union: { name: 'CreateAccountResult', description: 'What comes of creating an account.' },
    },
    args: { input: t.arg({ type: CreateAccountInput, description: 'The account to create.' }) },
    complexity: (_args, context) => passwordCost(context),
    resolve: async (_root, { input }, context) => ({
      account: await context.accounts.create(context.caller, input),
    }),
  }),
);

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: "A change of the viewer's password.",
  fields: (t) => ({
    currentPassword: t.string({ description: 'The password until now.' }),
    newPassword: t.string({
      description: 'The password from now on, under the rules of `createAccount`.',
    }),
  }),
});

const ChangePasswordSuccess = builder
  .objectRef<{ token: string; account: AccountModel }>('ChangePasswordSuccess')
  .implement({
    description: 'The password is changed, and every session until now is over, this one too.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'The token of a new session, shown this once.',
      }),
      account: t.expose('account', {
        type: Account,
        description: 'The account whose password it is.',
      }),
    }),
  });

builder.mutationField('changePassword', (t) =>
  t.field({
    description: "Changes the viewer's password, ends all sessions and begins a new one.",
    type: ChangePasswordSuccess,
    errors: {
      types: [InvalidCredentialsError, WeakPasswordError, RateLimitedError],
      union: { name: 'ChangePasswordResult', description: 'What comes of changing a password.' },
    },
    args: {
      input: t.arg({ type: ChangePasswordInput, description: 'The old password and the new one.' }),
    },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) =>
      context.accounts.changePassword(context.caller, viewer(context), input),
  }),
);

const DeleteAccountInput = builder.inputType('DeleteAccountInput', {
  description: 'An account to delete, and the proof that one may.',
  fields: (t) => ({
    username: t.string({ description: 'Whose account.' }),
    password: t.string({ description: 'Its password.' }),
  }),
});

/** `undelivered` is added where messages are known, in message.ts. */
export const DeleteAccountSuccess = builder
  .objectRef<Awaited<ReturnType<import('./context.ts').Accounts['delete']>>>('DeleteAccountSuccess')
  .implement({
    description: 'The account, its mailbox and its sessions are gone, and the username is free.',
    fields: (t) => ({
      username: t.exposeString('username', { description: 'The username that is free again.' }),
      undeliveredCount: t.exposeInt('undeliveredCount', {
        description:
          'How many messages were waiting in the mailbox. More than `undelivered` holds are lost, so a client with more than `maxUndelivered` logs in first and reads them with `pendingMessages` or `messageReceived`.',
      }),
    }),
  });

builder.mutationField('deleteAccount', (t) =>
  t.field({
    description:
      'Deletes an account for good. Needs no login; refused while another client of the account is online.',
    type: DeleteAccountSuccess,
    errors: {
      types: [InvalidCredentialsError, AlreadyLoggedInError, RateLimitedError],
      union: { name: 'DeleteAccountResult', description: 'What comes of deleting an account.' },
    },
    args: { input: t.arg({ type: DeleteAccountInput, description: 'The account to delete.' }) },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) => context.accounts.delete(context.caller, input),
  }),
);
