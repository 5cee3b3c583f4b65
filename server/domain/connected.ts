import { LRUCache } from 'lru-cache';
import { sessionEnded } from '../../schema/errors.ts';
import type { Viewer } from '../../schema/model.ts';
import { coalesce } from '../live/coalesce.ts';
import type { Reader } from '../live/follow.ts';
import { type SessionRow, sessionsById } from '../store/session.ts';
import { type Leases, leases } from './lease.ts';
import { type Services, topic } from './services.ts';

/** How often each session is checked. The end of a session must take effect within two seconds. */
const CHECK_EVERY_MS = 1_500;
const RENEW_EVERY_MS = 15_000;
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

/** A session with at least one connection. */
interface Connected {
  readonly accountId: string;
  /** The number of its connections. */
  clients: number;
  /** When its lease was last renewed; -Infinity before the first time. */
  renewedAt: number;
  /** The last seen ends of the mailbox and of the sent log. */
  seen?: string;
  readonly ended: AbortController;
  readonly stopListening: () => void;
}

/** A session whose last connection has closed. */
interface Left {
  readonly accountId: string;
  readonly leftAt: number;
}

export function connectedSessions(services: Services): ConnectedSessions {
  const { bell, clock, onFault } = services;
  const lease = leases(services);
  const connected = new Map<string, Connected>();
  const left = new Map<string, Left>();
  const checkNow = checker(services, lease, connected, left);
  const unchecked = new Set<string>();
  const uses = new LRUCache<string, number>({ max: MAX_USES });
  let ticking: NodeJS.Timeout | undefined;
  let closed = false;

  const runChecks = coalesce(async () => {
    // After disposal the store may be closed.
    if (closed) return;
    const ids = [...unchecked];
    unchecked.clear();
    await checkNow(ids).catch(onFault);
  });

  /** Checks sessions soon: after an arrival or a ring, and at each tick. */
  function check(sessionIds: Iterable<string>): void {
    for (const id of sessionIds) unchecked.add(id);
    runChecks();
  }

  function connect({ account, sessionId }: Viewer): Connected {
    const session: Connected = {
      accountId: account.id,
      clients: 0,
      renewedAt: Number.NEGATIVE_INFINITY,
      ended: new AbortController(),
      stopListening: bell.listen(topic.sessions(account.id), () => check([sessionId])),
    };
    connected.set(sessionId, session);
    ticking ??= setInterval(() => check(connected.keys()), CHECK_EVERY_MS);
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

/** Returns the one check of sessions: it writes departures, renews leases, and ends or rings. */
function checker(
  { store, bell, clock }: Services,
  lease: Leases,
  connected: ReadonlyMap<string, Connected>,
  left: Map<string, Left>,
): (sessionIds: readonly string[]) => Promise<void> {
  async function writeDepartures(): Promise<void> {
    // Those that have come back are connected again.
    const gone = new Map([...left].filter(([id]) => !connected.has(id)));
    left.clear();
    if (gone.size === 0) return;
    const leftAt = Math.min(...[...gone.values()].map((session) => session.leftAt));
    await lease.leave([...gone.keys()], leftAt);
    for (const { accountId } of gone.values()) bell.ring(topic.presence(accountId));
  }

  async function renewLeases(ids: readonly string[]): Promise<void> {
    const now = clock();
    const due = ids.filter((id) => (connected.get(id)?.renewedAt ?? now) + RENEW_EVERY_MS <= now);
    if (due.length > 0) await lease.renew(due);
    for (const id of due) {
      const session = connected.get(id);
      if (!session) continue;
      if (!Number.isFinite(session.renewedAt)) bell.ring(topic.presence(session.accountId));
      session.renewedAt = now;
    }
  }

  /**
   * Ends the sessions that the store no longer has. Rings here for those with something new, so
   * that a lost ring costs a moment and no message.
   */
  async function endOrRing(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = new Map((await sessionsById(store.db, ids)).map((row) => [row.id, row]));
    for (const id of ids) {
      const session = connected.get(id);
      const row = rows.get(id);
      if (!session) continue;
      if (row) ringIfMoved(session, `${row.lastPosition} ${row.sentCount}`);
      else session.ended.abort(sessionEnded());
    }
  }

  function ringIfMoved(session: Connected, ends: string): void {
    if (session.seen === ends) return;
    session.seen = ends;
    bell.ringHere(topic.mailbox(session.accountId));
    bell.ringHere(topic.sent(session.accountId));
  }

  return async (sessionIds) => {
    await writeDepartures();
    const ids = sessionIds.filter((id) => connected.has(id));
    await renewLeases(ids);
    await endOrRing(ids);
  };
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
