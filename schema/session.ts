import { Account } from './account.ts';
import { builder, passwordCost } from './builder.ts';
import { viewer } from './context.ts';
import { AlreadyLoggedInError, InvalidCredentialsError, RateLimitedError } from './errors.ts';
import type { Account as AccountModel, IfOnline, Mailbox as MailboxModel } from './model.ts';

builder.queryField('viewer', (t) =>
  t.field({
    description: 'Who is asking; null when logged out.',
    type: Account,
    nullable: true,
    resolve: (_root, _args, { caller }) => caller.viewer?.account,
  }),
);

const IfOnlineEnum = builder.enumType('IfOnline', {
  description: 'What a login does while another client of the account is online.',
  values: {
    REFUSE: { description: 'It is refused with AlreadyLoggedInError.' },
    REPLACE: { description: 'It ends all other sessions of the account.' },
    JOIN: { description: 'It is one session more.' },
  } satisfies Record<IfOnline, object>,
});

const LoginInput = builder.inputType('LoginInput', {
  description: 'Who wants in.',
  fields: (t) => ({
    username: t.string({
      description: 'The username: case-insensitive, white space around it is ignored.',
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

/** `mailbox` is added where messages are known, in message.ts. */
export const LoginSuccess = builder
  .objectRef<{ token: string; account: AccountModel; mailbox: MailboxModel }>('LoginSuccess')
  .implement({
    description: 'A session has begun.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'Proves the session: send it as `Authorization: Bearer …`. It is shown this once.',
      }),
      account: t.expose('account', { type: Account, description: 'Who is logged in.' }),
      pendingCount: t.int({
        description: 'How many messages wait for them.',
        resolve: ({ mailbox }) => mailbox.pendingCount,
      }),
    }),
  });

builder.mutationField('login', (t) =>
  t.field({
    description:
      'Begins a session. It ends by logout, replacement, a change of password, or `sessionDays` unused.',
    type: LoginSuccess,
    errors: {
      types: [InvalidCredentialsError, AlreadyLoggedInError, RateLimitedError],
      union: { name: 'LoginResult', description: 'What comes of a login.' },
    },
    args: { input: t.arg({ type: LoginInput, description: 'Who wants in.' }) },
    complexity: (_args, context) => passwordCost(context),
    resolve: (_root, { input }, context) => context.sessions.login(context.caller, input),
  }),
);

const LogoutSuccess = builder.objectRef<AccountModel>('LogoutSuccess').implement({
  description: 'The session has ended, and with it its subscriptions and its socket.',
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: 'Who is logged out.',
      resolve: (account) => account,
    }),
  }),
});

builder.mutationField('logout', (t) =>
  t.field({
    description: "Ends the viewer's session. Other sessions of the account go on.",
    type: LogoutSuccess,
    resolve: (_root, _args, context) => context.sessions.logout(viewer(context)),
  }),
);
