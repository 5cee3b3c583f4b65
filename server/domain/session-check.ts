import { sessionEnded } from '../../schema/errors.ts';
import { movedSessions } from '../store/session.ts';
import type { Leases } from './lease.ts';
import { type Services, topic } from './services.ts';

const RENEW_EVERY_MS = 15_000;

/** A session with at least one connection. */
export interface Connected {
  readonly accountId: string;
  /** The number of its connections. */
  clients: number;
  /** When its lease was last renewed; -Infinity before the first time. */
  renewedAt: number;
  /** The last seen ends of the account's mailbox and sent log; -1 before the first look. */
  lastPosition: number;
  sentCount: number;
  readonly ended: AbortController;
  readonly stopListening: () => void;
}

/** A session whose last connection has closed. */
export interface Left {
  readonly accountId: string;
  readonly leftAt: number;
}

/**
 * Returns the one check of sessions: writes departures, renews the leases that are due among the
 * second sessions, and looks up the first, to end or ring them.
 */
export function sessionCheck(
  { store, bell, clock }: Services,
  lease: Leases,
  connected: ReadonlyMap<string, Connected>,
  left: Map<string, Left>,
): (toLookUp: readonly string[], toRenew: readonly string[]) => Promise<void> {
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
    if (due.length === 0) return;
    const renewed = new Set(await lease.renew(due));
    for (const id of due) {
      const session = connected.get(id);
      if (!session) continue;
      if (!renewed.has(id)) session.ended.abort(sessionEnded());
      else if (!Number.isFinite(session.renewedAt)) bell.ring(topic.presence(session.accountId));
      session.renewedAt = now;
    }
  }

  /**
   * Ends the sessions that the store no longer has. Rings here for those with something new, so
   * that a lost ring costs a moment and no message.
   */
  async function endOrRing(ids: readonly string[]): Promise<void> {
    const seen = ids.flatMap((id) => {
      const session = connected.get(id);
      return session ? [{ id, ...ends(session) }] : [];
    });
    for (const { id, lastPosition, sentCount } of await movedSessions(store.db, seen)) {
      const session = connected.get(id);
      if (!session) continue;
      if (lastPosition === null || sentCount === null) session.ended.abort(sessionEnded());
      else ring(Object.assign(session, { lastPosition, sentCount }));
    }
  }

  function ring({ accountId }: Connected): void {
    bell.ringHere(topic.mailbox(accountId));
    bell.ringHere(topic.sent(accountId));
  }

  return async (toLookUp, toRenew) => {
    await writeDepartures();
    await renewLeases(toRenew);
    await endOrRing(toLookUp);
  };
}

const ends = ({ lastPosition, sentCount }: Connected) => ({ lastPosition, sentCount });
