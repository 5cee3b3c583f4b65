import { builder } from './builder.ts';
import type { ServerInfo as ServerInfoModel } from './context.ts';
import { type Limits as LimitsModel, mapLimits } from './limits.ts';
import type { Registration } from './model.ts';

const Limits = builder.objectRef<LimitsModel>('Limits').implement({
  description: "The server's limits. Each is a setting.",
  fields: (t) => mapLimits((name, { description }) => t.exposeInt(name, { description })),
});

const RegistrationEnum = builder.enumType('Registration', {
  description: 'Who can create an account.',
  values: {
    OPEN: { description: 'Anyone, with `createAccount`.' },
    INVITE: { description: 'Anyone with the code of an invitation, as `invitationCode`.' },
    CLOSED: { description: 'An operator alone. `createAccount` is refused.' },
  } satisfies Record<Registration, object>,
});

const ServerInfo = builder.objectRef<ServerInfoModel>('ServerInfo').implement({
  description: 'The server.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version of Parley.' }),
    registration: t.expose('registration', {
      type: RegistrationEnum,
      description: 'Who can create an account.',
    }),
    retentionDays: t.exposeInt('retentionDays', {
      nullable: true,
      description:
        'Days after which a message is deleted, once its recipient has it. Null: messages are kept.',
    }),
    limits: t.expose('limits', { type: Limits, description: 'Its limits.' }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    description: 'The version, the registration and the limits of this server.',
    type: ServerInfo,
    resolve: (_root, _args, { server }) => server,
  }),
);
