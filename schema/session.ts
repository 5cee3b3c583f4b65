import { Account } from './account.ts';
import { builder, passwordCost } from './builder.ts';
import { viewer, viewerIfAny } from './context.ts';
import { AlreadyLoggedInError, InvalidCredentialsError, RateLimitedError } from './errors.ts';
import type { Account as AccountModel, IfOnline, Mailbox as MailboxModel } from './model.ts';

builder.queryField('viewer', (t) =>
  t.field({
    description:
      'The account that is logged in; null when no token was sent. A token that is no longer ' +
      'good is the error `SESSION_ENDED`.',
    type: Account,
    nullable: true,
    resolve: (_root, _args, { caller }) => viewerIfAny(caller)?.account,
  }),
);

const IfOnlineEnum = builder.enumType('IfOnline', {
  description: 'What `login` does while another client of the account is online.',
  values: {
    REFUSE: { description: 'Refuses the login with AlreadyLoggedInError.' },
    REPLACE: { description: 'Ends all other sessions of the account.' },
    JOIN: { description: 'Starts a session beside the existing ones.' },
  } satisfies Record<IfOnline, object>,
});

const LoginInput = builder.inputType('LoginInput', {
  description: 'Credentials.',
  fields: (t) => ({
    username: t.string({
      description: 'The username, case-insensitive. Surrounding white space is ignored.',
    }),
    password: t.string({ description: 'The password.' }),
    ifOnline: t.field({
      type: IfOnlineEnum,
      required: false,
      defaultValue: 'REFUSE',
      description: 'What to do while another client of the account is online.',
    }),
  }),
});

/** mailbox.ts adds the field `mailbox`. */
export const LoginSuccess = builder
  .objectRef<{ token: string; account: AccountModel; mailbox: MailboxModel }>('LoginSuccess')
  .implement({
    description: 'A session has started.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'The session token. Send it as `Authorization: Bearer …`. It is shown only once.',
      }),
      account: t.expose('account', {
        type: Account,
        description: 'The account that is logged in.',
      }),
    }),
  });

builder.mutationField('login', (t) =>
  t.field({
    description:
      'Starts a session. It ends with a logout, a login that replaces it, a password change, or ' +
      'after `sessionDays` without use.',
    type: LoginSuccess,
    errors: {
      types: [InvalidCredentialsError, AlreadyLoggedInError, RateLimitedError],
      union: { name: 'LoginResult', description: 'The result of `login`.' },
    },
    args: { input: t.arg({ type: LoginInput, description: 'Credentials.' }) },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) => context.sessions.login(context.caller, input),
  }),
);

const LogoutSuccess = builder.objectRef<AccountModel>('LogoutSuccess').implement({
  description: 'The session has ended; its subscriptions and socket are closed.',
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: 'The account that was logged out.',
      resolve: (account) => account,
    }),
  }),
});

builder.mutationField('logout', (t) =>
  t.field({
    description: "Ends the viewer's session. Other sessions of the account are not affected.",
    type: LogoutSuccess,
    errors: {
      // Not returned today. A union without an Error would refuse `... on Error { message }`.
      types: [RateLimitedError],
      union: { name: 'LogoutResult', description: 'The result of `logout`.' },
    },
    resolve: (_root, _args, context) => context.sessions.logout(viewer(context)),
  }),
);
