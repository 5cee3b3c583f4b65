import { builder } from './builder.ts';
import type { ServerInfo as ServerInfoModel } from './context.ts';
import { type Limits as LimitsModel, mapLimits } from './limits.ts';

const Limits = builder.objectRef<LimitsModel>('Limits').implement({
  description: "The server's limits. Each is a setting.",
  fields: (t) => mapLimits((name, { description }) => t.exposeInt(name, { description })),
});

const ServerInfo = builder.objectRef<ServerInfoModel>('ServerInfo').implement({
  description: 'The server.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version of Parley.' }),
    limits: t.expose('limits', { type: Limits, description: 'Its limits.' }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    description: 'The version and the limits of this server.',
    type: ServerInfo,
    resolve: (_root, _args, { server }) => server,
  }),
);
