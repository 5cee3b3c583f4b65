import { builder } from './builder.ts';
import type { Limits as LimitsModel, ServerInfo as ServerInfoModel } from './model.ts';

/** What each limit bounds, in its unit; also printed when a setting is refused. */
export const LIMITS: Record<keyof LimitsModel, string> = {
  maxTextLength: 'Code points in a text.',
  maxPendingMessages: 'Messages that may wait in one mailbox.',
  maxPageSize: 'Items on one page of a list.',
  maxUndelivered:
    'Messages that `deleteAccount` returns; `pendingMessages` reads more of them before.',
  maxRequestBytes: 'Bytes in an HTTP request body or a WebSocket frame.',
  maxQueryBytes: 'Bytes in a GraphQL document.',
  maxQueryTokens: 'Lexical tokens in a GraphQL document.',
  maxQueryDepth: 'Levels of fields in an operation.',
  maxQueryAliases: 'Aliases in a GraphQL document.',
  maxQueryCost: 'Cost of an operation: 1 a field, times the size of the page that it is in.',
  maxSubscriptionsPerSocket: 'Subscriptions open at a time on one WebSocket.',
  maxWatchedAccounts: 'Usernames in one `presenceChanged`.',
  maxSocketsPerAccount: 'WebSockets open at a time of one account.',
  maxSocketsPerAddress: 'WebSockets open at a time from one address.',
  maxConnectionsPerAddress: 'TCP connections open at a time from one address that is no proxy.',
  maxSessionsPerAccount:
    'Sessions of one account; a login beyond that ends the one unused longest.',
  maxOperationsPerSocket: 'Operations in progress at a time on one WebSocket.',
  maxOperationsPerAddress:
    'Operations in progress at a time from one address, subscriptions over WebSocket apart.',
  maxOperationsPerSecond:
    'Operations a second on one WebSocket; beyond that the socket is throttled.',
  maxOperationsPerSecondPerAddress: 'Operations a second from one address.',
  maxUnreadBytes: 'Bytes of answers that a WebSocket may leave unread before it is closed.',
  maxSendsPerMinute: 'Messages a minute from one account.',
  maxLoginsPerQuarterHour: 'Wrong passwords in 15 minutes for one username from one address.',
  maxLoginsPerQuarterHourPerUsername:
    'Wrong passwords in 15 minutes for one username from addresses that never logged in to it.',
  maxLoginsPerQuarterHourPerAddress: 'Wrong passwords in 15 minutes from one address.',
  maxNewAccountsPerHour: 'New accounts an hour from one address.',
  initSeconds: 'Seconds that a WebSocket may take to send `connection_init`.',
  headerSeconds: 'Seconds that an HTTP request may take to send its headers.',
  bodySeconds: 'Seconds that an HTTP request may take in all to arrive.',
  keepAliveSeconds:
    'Seconds that an idle HTTP connection stays open; longer than a load balancer keeps its own.',
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
