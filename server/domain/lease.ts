import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { sessionEnded } from '../../schema/errors.ts';
import type { Viewer } from '../../schema/model.ts';
import { lease, type SessionRow, sessionsById } from '../store/session.ts';
import { type Services, topic } from './services.ts';

/** How long a plain request counts as a client that is there. */
export const REQUEST_LEASE_MS = 5 * 60_000;
/**
 * How long a stream counts beyond its last renewal: when this server is killed, its clients are
 * offline by then.
 */
const STREAM_LEASE_MS = 45_000;
/**
 * How often it is looked whether something was missed. An end of a session must take effect within
 * two seconds.
 */
const ROUND_EVERY_MS = 1_500;
const ROUNDS_PER_RENEWAL = 10;
/** How long a client counts after its last stream closed: time enough to come back. */
const LEAVING_LEASE_MS = 30_000;
/** A request renews only what has run down by this much, so that most requests write nothing. */
const REQUEST_RENEWAL_MS = 60_000;
/**
 * How long a request waits for its renewal. It may only read, which a store that cannot write still
 * answers.
 */
const VISIT_WAITS_MS = 500;
/** Sessions whose last use is remembered where it is not written. */
const MAX_USES = 10_000;

/** A client that is connected, for as long as this is not disposed of. */
export interface Attendance extends Disposable {
  /** Aborts with SESSION_ENDED when the session ends, wherever and however it does. */
  readonly ended: AbortSignal;
}

/**
 * Keeps the leases by which accounts are online, and watches over the sessions whose clients are
 * connected.
 */
export interface ConnectedSessions extends AsyncDisposable {
  attend(viewer: Viewer): Attendance;
  /** Counts one plain request of a session. */
  visit(session: SessionRow): Promise<void>;
  /** When a session was last used at this server, as far as it knows; 0 when it was not. */
  lastUse(sessionId: string): number;
  /** Resolves once what it has noticed so far is written. */
  settled(): Promise<unknown>;
}

interface Seat {
  readonly accountId: string;
  taken: number;
  /** Whoever watches the account has been told that somebody is there. */
  announced: boolean;
  /** Where the mailbox ended and what was sent when it was last looked. */
  seen: string;
  readonly ended: AbortController;
  readonly stopListening: () => void;
}

export function connectedSessions({ store, bell, clock, onFault }: Services): ConnectedSessions {
  const seats = new Map<string, Seat>();
  /** Renewals by plain requests that are under way, by session. */
  const visits = new Map<string, Promise<void>>();
  const uses = new LRUCache<string, number>({ max: MAX_USES });
  let rounds: NodeJS.Timeout | undefined;
  let sinceRenewal = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let over = false;

  /** Writes that nobody waits for, one after another, so that the last one counts. */
  function behindTheScenes(write: () => Promise<unknown>): void {
    // Once this is disposed of, the store may be closed.
    if (!over) writing = writing.then(write).catch(onFault);
  }

  /** Renews leases in one statement, and ends what the store no longer knows. */
  async function renew(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const alive = new Set(await lease(store.db, ids, clock() + STREAM_LEASE_MS, clock()));
    for (const id of ids) {
      const seat = seats.get(id);
      if (!seat) continue;
      if (!alive.has(id)) seat.ended.abort(sessionEnded());
      else if (!seat.announced) bell.ring(topic.presence(seat.accountId));
      seat.announced = true;
    }
  }

  /**
   * Writes about sessions, given with their accounts' ids. Those that come while others are written
   * share the next.
   */
  function together(
    write: (accountIds: ReadonlyMap<string, string>, since: number) => Promise<void>,
  ) {
    let waiting = new Map<string, string>();
    return (sessionId: string, accountId: string): void => {
      if (waiting.size === 0) {
        const now = clock();
        behindTheScenes(() => {
          const sessions = waiting;
          waiting = new Map();
          return write(sessions, now);
        });
      }
      waiting.set(sessionId, accountId);
    };
  }

  const renewSoon = together((sessions) =>
    renew([...sessions.keys()].filter((id) => seats.has(id))),
  );

  const leaveSoon = together(async (sessions, since) => {
    const gone = [...sessions.keys()].filter((id) => !seats.has(id));
    if (gone.length > 0) await lease(store.db, gone, since + LEAVING_LEASE_MS, since);
    for (const id of gone) bell.ring(topic.presence(sessions.get(id) ?? ''));
  });

  /**
   * Looks in one statement what has become of everybody who is connected, and rings here where
   * something is new: a server that was killed between its commit and its ring, or a bell that was
   * away, costs a moment and no message.
   */
  async function look(): Promise<void> {
    const ids = [...seats.keys()];
    const rows = new Map((await sessionsById(store.db, ids)).map((row) => [row.id, row]));
    for (const id of ids) {
      const seat = seats.get(id);
      const row = rows.get(id);
      if (!row) seat?.ended.abort(sessionEnded());
      if (!seat || !row) continue;
      const seen = `${row.lastPosition} ${row.sentCount}`;
      if (seat.seen === seen) continue;
      seat.seen = seen;
      bell.ringHere(topic.mailbox(seat.accountId));
      bell.ringHere(topic.sent(seat.accountId));
    }
  }

  async function goRound(): Promise<void> {
    if (sinceRenewal >= ROUNDS_PER_RENEWAL) {
      await renew([...seats.keys()]);
      sinceRenewal = 0;
    }
    if (seats.size > 0) await look();
  }

  function startRounds(): NodeJS.Timeout {
    let going = false;
    return setInterval(() => {
      sinceRenewal += 1;
      // While the store hangs, one round is enough to find out when it no longer does.
      if (going) return;
      going = true;
      behindTheScenes(() =>
        goRound().finally(() => {
          going = false;
        }),
      );
    }, ROUND_EVERY_MS);
  }

  function open({ account, sessionId }: Viewer): Seat {
    const stopListening = bell.listen(topic.sessions(account.id), () =>
      renewSoon(sessionId, account.id),
    );
    const ended = new AbortController();
    const seat = {
      accountId: account.id,
      taken: 0,
      announced: false,
      seen: '',
      ended,
      stopListening,
    };
    seats.set(sessionId, seat);
    rounds ??= startRounds();
    renewSoon(sessionId, account.id);
    return seat;
  }

  function leave(sessionId: string, { accountId, ended, stopListening }: Seat): void {
    stopListening();
    seats.delete(sessionId);
    if (seats.size === 0) {
      clearInterval(rounds);
      rounds = undefined;
    }
    if (!ended.signal.aborted) leaveSoon(sessionId, accountId);
  }

  return {
    attend(viewer) {
      const seat = seats.get(viewer.sessionId) ?? open(viewer);
      seat.taken += 1;
      let here = true;
      return {
        ended: seat.ended.signal,
        [Symbol.dispose]() {
          if (here) seat.taken -= 1;
          if (here && seat.taken === 0) leave(viewer.sessionId, seat);
          here = false;
        },
      };
    },

    async visit({ id, leaseUntil, account }) {
      const now = clock();
      uses.set(id, now);
      if (seats.has(id) || leaseUntil > now + REQUEST_LEASE_MS - REQUEST_RENEWAL_MS) return;
      const renew = async (): Promise<void> => {
        await lease(store.db, [id], now + REQUEST_LEASE_MS, now);
        bell.ring(topic.presence(account.id));
      };
      const renewal =
        visits.get(id) ??
        renew()
          .catch(onFault)
          .finally(() => visits.delete(id));
      visits.set(id, renewal);
      await Promise.race([renewal, wait(VISIT_WAITS_MS, undefined, { ref: false })]);
    },

    lastUse: (sessionId) => (seats.has(sessionId) ? clock() : (uses.get(sessionId) ?? 0)),

    settled: () => writing,

    async [Symbol.asyncDispose]() {
      over = true;
      clearInterval(rounds);
      await Promise.all([writing, ...visits.values()]);
    },
  };
}

/**
 * Listens for as long as the attendance lasts: when the reader stops listening, it is disposed of.
 */
export const untilDisposed =
  <Heard>(attendance: Attendance, listen: (heard: Heard) => () => void) =>
  (heard: Heard): (() => void) => {
    const stop = listen(heard);
    return () => {
      stop();
      attendance[Symbol.dispose]();
    };
  };
