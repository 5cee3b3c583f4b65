import { LRUCache } from 'lru-cache';
import type { Viewer } from '../../schema/model.ts';
import { coalesce } from '../live/coalesce.ts';
import type { Reader } from '../live/follow.ts';
import type { SessionRow } from '../store/session.ts';
import { leases } from './lease.ts';
import { type Services, topic } from './services.ts';
import { type Connected, type Left, sessionCheck } from './session-check.ts';

/** How often each session is checked. The end of a session must take effect within two seconds. */
const CHECK_EVERY_MS = 1_500;
/** Sessions whose last use is remembered, since it is not written each time. */
const MAX_USES = 10_000;

/**
 * A connection of a client, until it is disposed of. `ended` aborts with SESSION_ENDED when the
 * session ends, at any server.
 */
export type Attendance = Reader;

/** The sessions whose clients are connected to this server. */
export interface ConnectedSessions extends AsyncDisposable {
  attend(viewer: Viewer): Attendance;
  /**
   * Announces that sessions of an account have begun or ended. Resolves once the connections of
   * those that have ended are cut off at this server; other servers follow.
   */
  changed(accountId: string): Promise<void>;
  /** Counts a plain request as a use of its session, which keeps the account online. */
  visit(session: SessionRow): Promise<void>;
  /** When a session was last used at this server; 0 if that is unknown. */
  lastUse(sessionId: string): number;
  /** Resolves once all changes so far are written. */
  settled(): Promise<void>;
}

export function connectedSessions(services: Services): ConnectedSessions {
  const { store, bell, clock, onFault } = services;
  const lease = leases(services);
  const connected = new Map<string, Connected>();
  const left = new Map<string, Left>();
  const checkNow = sessionCheck(services, lease, connected, left);
  const unchecked = new Set<string>();
  let isRenewalDue = false;
  const uses = new LRUCache<string, number>({ max: MAX_USES });
  let ticking: NodeJS.Timeout | undefined;
  let closed = false;

  const runChecks = coalesce(async () => {
    // After disposal the store may be closed.
    if (closed) return;
    const ids = [...unchecked];
    const toRenew = isRenewalDue ? [...connected.keys()] : ids;
    unchecked.clear();
    isRenewalDue = false;
    await checkNow(ids, toRenew).catch(onFault);
  });

  /** Renews leases. A session's end is rung here, unless another process has ended it. */
  function tick(): void {
    isRenewalDue = true;
    check(store.changedElsewhere() ? connected.keys() : []);
  }

  /** Checks sessions soon: after an arrival or a ring, and at a tick. */
  function check(sessionIds: Iterable<string>): void {
    for (const id of sessionIds) unchecked.add(id);
    runChecks();
  }

  function connect({ account, sessionId }: Viewer): Connected {
    const session: Connected = {
      accountId: account.id,
      clients: 0,
      renewedAt: Number.NEGATIVE_INFINITY,
      lastPosition: -1,
      sentCount: -1,
      ended: new AbortController(),
      stopListening: bell.listen(topic.sessions(account.id), () => check([sessionId])),
    };
    connected.set(sessionId, session);
    ticking ??= setInterval(tick, CHECK_EVERY_MS);
    check([sessionId]);
    return session;
  }

  function disconnect(sessionId: string, { accountId, ended, stopListening }: Connected): void {
    stopListening();
    connected.delete(sessionId);
    if (connected.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
    if (ended.signal.aborted) return;
    left.set(sessionId, { accountId, leftAt: clock() });
    runChecks();
  }

  return {
    attend(viewer) {
      const session = connected.get(viewer.sessionId) ?? connect(viewer);
      session.clients += 1;
      return {
        ended: session.ended.signal,
        [Symbol.dispose]: once(() => {
          session.clients -= 1;
          if (session.clients === 0) disconnect(viewer.sessionId, session);
        }),
      };
    },

    changed(accountId) {
      bell.ring(topic.sessions(accountId));
      bell.ring(topic.presence(accountId));
      return runChecks();
    },

    async visit(session) {
      uses.set(session.id, clock());
      if (!connected.has(session.id)) await lease.visit(session);
    },

    lastUse: (sessionId) => (connected.has(sessionId) ? clock() : (uses.get(sessionId) ?? 0)),

    settled: runChecks,

    async [Symbol.asyncDispose]() {
      closed = true;
      clearInterval(ticking);
      await Promise.all([runChecks(), lease.settled()]);
    },
  };
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
