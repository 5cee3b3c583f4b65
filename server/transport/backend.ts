import type { Logger } from 'pino';
import type { Context } from '../../schema/context.ts';
import type { Limits } from '../../schema/limits.ts';
import type { ConnectedSessions } from '../domain/connected.ts';
import type { SessionService } from '../domain/session.ts';

/** The settings that the transports read. */
export interface Settings {
  readonly limits: Limits;
  readonly proxyHops: number;
  readonly allowedOrigins: readonly string[];
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** The port of /metrics, if it has one of its own. */
  readonly metricsPort: number | undefined;
}

/** Why requests and operations are refused before they run. */
export const REFUSAL_REASONS = [
  'origin',
  'rate',
  'concurrency',
  'body',
  'size',
  'parse',
  'validation',
  'cost',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Limits that close a connection, or slow it down, instead of refusing one request. */
export const CONNECTION_LIMITS = [
  'maxConnectionsPerAddress',
  'maxSocketsPerAccount',
  'maxOperationsPerSecond',
  'maxOperationsPerSecondPerAddress',
  'maxUnreadBytes',
] as const satisfies readonly (keyof Limits)[];
export type ConnectionLimit = (typeof CONNECTION_LIMITS)[number];

/** A connection whose socket may hold bytes that its client has not taken yet. */
export interface Buffering {
  readonly socket: { readonly bufferedAmount: number };
}

/** The numbers that the transports report, and the page that shows them. */
export interface Metrics {
  /** Records an operation by kind, root field, and outcome: `ok`, or the code of its first error. */
  recordOperation(kind: string, field: string, outcome: string, seconds: number): void;
  /** Adds to the number of open subscriptions of a field. */
  countSubscription(field: string, change: 1 | -1): void;
  countRefusal(reason: RefusalReason): void;
  /** Counts that a connection was closed or paused for a limit. */
  countLimited(limit: ConnectionLimit): void;
  countClose(code: number): void;
  /** Reads the open sockets whenever the metrics are asked for. */
  observeSockets(open: ReadonlySet<Buffering>): void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** What the transports need from the rest of the server; `server/app.ts` provides it. */
export interface Backend {
  readonly config: Settings;
  readonly log: Pick<Logger, 'debug' | 'info' | 'error' | 'isLevelEnabled'>;
  readonly metrics: Metrics;
  readonly ports: Omit<Context, 'caller' | 'refusals'>;
  readonly sessions: Pick<SessionService, 'withToken'>;
  readonly connected: Pick<ConnectedSessions, 'attend' | 'visit'>;
  /** Whether a message could be stored now. */
  isReady(): Promise<boolean>;
  /** Whether an error is a passing state of the store, so that a retry can succeed. */
  isOutage(error: unknown): boolean;
  /** Called with a fault in work that has no caller to answer. */
  onFault(fault: unknown): void;
}
