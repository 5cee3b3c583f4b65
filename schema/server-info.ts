import { builder } from './builder.ts';
import type { Limits as LimitsModel, ServerInfo as ServerInfoModel } from './model.ts';

/** What each limit bounds, in its unit; also printed when a setting is refused. */
export const LIMITS: Record<keyof LimitsModel, string> = {
  maxTextLength: 'Code points in a text.',
  maxPendingMessages: 'Messages that may wait in one mailbox.',
  maxPageSize: 'Items on one page of a list.',
  maxRequestBytes: 'Bytes in an HTTP request body or a WebSocket frame.',
  maxQueryTokens: 'Lexical tokens in a GraphQL document.',
  maxQueryDepth: 'Levels of fields in an operation.',
  maxQueryCost: 'Cost of an operation: 1 a field, times the size of the page that it is in.',
  maxSubscriptionsPerSocket: 'Subscriptions open at a time on one WebSocket.',
  maxWatchedAccounts: 'Usernames in one `presenceChanged`.',
  maxOperationsPerSecond: 'Operations a second on one WebSocket; beyond that the server reads more slowly.',
  maxSendsPerMinute: 'Messages a minute from one account.',
  maxLoginsPerQuarterHour: 'Wrong passwords in 15 minutes for one username from one address.',
  maxNewAccountsPerHour: 'New accounts an hour from one address.',
  sessionDays: 'Days until an unused session ends.',
};

const Limits = builder.objectRef<LimitsModel>('Limits').implement({
  description: 'What this server allows.',
  fields: (t) =>
    Object.fromEntries(
      Object.entries(LIMITS).map(([name, description]) => [
        name,
        t.exposeInt(name as keyof LimitsModel, { description }),
      ]),
    ),
});

const ServerInfo = builder.objectRef<ServerInfoModel>('ServerInfo').implement({
  description: 'This server.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version of Parley that runs.' }),
    limits: t.expose('limits', { type: Limits, description: 'What it allows.' }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    description: 'The version of the server and every limit that it sets.',
    type: ServerInfo,
    resolve: (_root, _args, { server }) => server,
  }),
);
