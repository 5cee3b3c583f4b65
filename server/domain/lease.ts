import { setTimeout as wait } from 'node:timers/promises';
import { coalesce } from '../live/coalesce.ts';
import { lease, type SessionRow } from '../store/session.ts';
import { type Services, topic } from './services.ts';

/** How long a plain request keeps an account online. */
export const REQUEST_LEASE_MS = 60_000;
/** A request renews a lease only once this much of it has passed, so most requests write nothing. */
const REQUEST_RENEWAL_MS = 10_000;
/** How long a request waits for its renewal. A store that cannot write can still be read. */
const VISIT_TIMEOUT_MS = 500;
/**
 * How long a connected client keeps an account online without renewal: when its server is killed,
 * the account is offline by then.
 */
const CONNECTED_LEASE_MS = 45_000;
/** How long a client counts as online after its last connection closed: time to reconnect. */
const LEAVING_LEASE_MS = 30_000;

/** The leases that make accounts online. */
export interface Leases {
  /** Renews the leases of connected sessions. Resolves with those that have not ended. */
  renew(sessionIds: readonly string[]): Promise<string[]>;
  /** Shortens the leases of sessions whose last connection closed at a moment. */
  leave(sessionIds: readonly string[], leftAt: number): Promise<unknown>;
  /** Renews the lease of a session that sent a plain request. */
  visit(session: SessionRow): Promise<void>;
  /** Resolves once no renewal by a request is under way. */
  settled(): Promise<void>;
}

export function leases({ store, bell, clock, onFault }: Services): Leases {
  /** The visiting sessions that wait for renewal, with their accounts. */
  const visitors = new Map<string, string>();

  const renewVisitors = coalesce(async () => {
    const renewed = [...visitors];
    visitors.clear();
    const now = clock();
    try {
      await lease(
        store.db,
        renewed.map(([sessionId]) => sessionId),
        now + REQUEST_LEASE_MS,
        now,
      );
      for (const [, accountId] of renewed) bell.ring(topic.presence(accountId));
    } catch (error) {
      onFault(error);
    }
  });

  return {
    renew: (ids) => lease(store.db, ids, clock() + CONNECTED_LEASE_MS, clock()),
    leave: (ids, leftAt) => lease(store.db, ids, leftAt + LEAVING_LEASE_MS, leftAt),
    async visit({ id, leaseUntil, account }) {
      if (leaseUntil > clock() + REQUEST_LEASE_MS - REQUEST_RENEWAL_MS) return;
      visitors.set(id, account.id);
      await Promise.race([renewVisitors(), wait(VISIT_TIMEOUT_MS, undefined, { ref: false })]);
    },
    settled: renewVisitors,
  };
}
