/** A bound on what one client can use. */
export interface Limit {
  readonly default: number;
  /** The unit, and what it bounds. */
  readonly description: string;
  /** The least value that the clients of this repository work with. @default 1 */
  readonly min?: number;
}

/**
 * Every limit, under the name that `server { limits }` publishes it by. The type, the GraphQL
 * fields, the environment variables and the table of the README come from this.
 */
export const LIMITS = {
  maxTextLength: { default: 4_000, description: 'Code points in the text of a message.' },
  maxPendingMessages: {
    default: 10_000,
    description: 'Messages that may be waiting in one mailbox.',
  },
  maxPageSize: { default: 100, description: 'Items on one page of a list.' },
  maxUndelivered: {
    default: 1_000,
    description:
      'Pending messages that `deleteAccount` returns. To read more, use `pendingMessages` first.',
  },
  maxRequestBytes: {
    default: 65_536,
    description: 'Bytes in an HTTP request body or a WebSocket frame.',
  },
  maxQueryBytes: { default: 8_192, min: 1_024, description: 'Bytes in a GraphQL document.' },
  maxQueryTokens: {
    default: 1_000,
    min: 150,
    description: 'Lexical tokens in a GraphQL document.',
  },
  maxQueryDepth: { default: 12, min: 7, description: 'Levels of nested fields in an operation.' },
  maxQueryAliases: { default: 15, min: 1, description: 'Aliases in a GraphQL document.' },
  maxQueryCost: {
    default: 5_000,
    min: 50,
    description:
      'Cost of an operation: 1 for each field, times the size of the page that it is on.',
  },
  maxSubscriptionsPerSocket: { default: 20, description: 'Open subscriptions on one WebSocket.' },
  maxWatchedAccounts: {
    default: 100,
    description: 'Accounts in one `presenceChanged`, or conversations in one `typingChanged`.',
  },
  maxSocketsPerAccount: { default: 20, description: 'Open WebSockets of one account.' },
  maxSocketsPerAddress: { default: 200, description: 'Open WebSockets from one address.' },
  maxConnectionsPerAddress: {
    default: 500,
    description: 'Open TCP connections from one address, unless it is a proxy.',
  },
  maxSessionsPerAccount: {
    default: 20,
    description:
      'Sessions of one account. A further login ends the one unused for the longest time.',
  },
  maxOperationsPerSocket: { default: 100, description: 'Operations in progress on one WebSocket.' },
  maxOperationsPerAddress: {
    default: 200,
    description:
      'Operations in progress from one address, not counting subscriptions over WebSocket.',
  },
  maxOperationsPerSecond: {
    default: 500,
    description: 'Operations a second on one WebSocket. A faster socket is throttled.',
  },
  maxOperationsPerSecondPerAddress: {
    default: 1_000,
    description: 'Operations a second from one address.',
  },
  maxUnreadBytes: {
    default: 1_048_576,
    description: 'Bytes of unread answers at which a WebSocket is closed.',
  },
  maxSendsPerMinute: { default: 600, description: 'Messages a minute from one account.' },
  maxTypingPerMinute: {
    default: 120,
    description: 'Calls of `setTyping` a minute by one account.',
  },
  maxLoginsPerQuarterHour: {
    default: 10,
    description: 'Wrong passwords in 15 minutes for one username from one address.',
  },
  maxLoginsPerQuarterHourPerUsername: {
    default: 50,
    description:
      'Wrong passwords in 15 minutes for one username from addresses that never logged in to it.',
  },
  maxLoginsPerQuarterHourPerAddress: {
    default: 50,
    description: 'Wrong passwords in 15 minutes from one address.',
  },
  maxNewAccountsPerHour: { default: 100, description: 'New accounts an hour from one address.' },
  initSeconds: { default: 3, description: 'Seconds for a WebSocket to send `connection_init`.' },
  headerSeconds: { default: 10, description: 'Seconds for an HTTP request to send its headers.' },
  bodySeconds: { default: 15, description: 'Seconds for an HTTP request to arrive completely.' },
  keepAliveSeconds: {
    default: 80,
    description:
      'Seconds that an idle HTTP connection stays open. Keep it above the idle timeout of a ' +
      'load balancer.',
  },
  sessionDays: { default: 30, description: 'Days after which an unused session ends.' },
} satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** The value of every limit, as this server is set. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Makes something of each limit, under the same name. */
export const mapLimits = <Value>(
  make: (name: LimitName, limit: Limit) => Value,
): Record<LimitName, Value> =>
  Object.fromEntries(
    Object.entries(LIMITS).map(([name, limit]) => [name, make(name as LimitName, limit)]),
  ) as Record<LimitName, Value>;
