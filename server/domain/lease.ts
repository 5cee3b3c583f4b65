import { sessionEnded, type Viewer } from '../../schema/model.ts';
import { lease, type SessionRow } from '../store/session.ts';
import { type Parts, topic } from './parts.ts';

/** How long a plain request counts as a client that is there. */
export const REQUEST_LEASE_MS = 5 * 60_000;
/** How long a stream counts beyond its last renewal: when this server is killed, its clients are offline by then. */
const STREAM_LEASE_MS = 45_000;
const RENEW_EVERY_MS = 15_000;
/** How long a client counts after its last stream closed: time enough to come back. */
const LEAVING_LEASE_MS = 30_000;
/** A request renews only what has run down by this much, so that most requests write nothing. */
const REQUEST_RENEWAL_MS = 60_000;

/** A client that is connected, for as long as this is not disposed of. */
export interface Attendance extends Disposable {
  /** Aborts with SESSION_ENDED when the session ends, wherever and however it does. */
  readonly ended: AbortSignal;
}

/** Keeps the leases by which accounts are online, and watches over the sessions whose clients are connected. */
export interface Leases extends AsyncDisposable {
  attend(viewer: Viewer): Attendance;
  /** Counts one plain request of a session. */
  visit(session: SessionRow): Promise<void>;
}

interface Seat {
  readonly accountId: string;
  taken: number;
  /** Whoever watches the account has been told that somebody is there. */
  announced: boolean;
  readonly ended: AbortController;
  readonly stopListening: () => void;
}

export function leases({ store, bell, clock, onFault }: Parts): Leases {
  const seats = new Map<string, Seat>();
  const due = new Set<string>();
  let renewal: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  /** Writes that nobody waits for, one after another, so that the last one counts. */
  function behindTheScenes(write: () => Promise<unknown>): void {
    writing = writing.then(write).catch(onFault);
  }

  /** Renews what is due in one statement, and ends what the store no longer knows. */
  async function renew(): Promise<void> {
    const ids = [...due].filter((id) => seats.has(id));
    due.clear();
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

  /** Sessions that come due in the same turn of the event loop share a renewal. */
  function renewSoon(ids: Iterable<string>): void {
    if (due.size === 0) setImmediate(() => behindTheScenes(renew));
    for (const id of ids) due.add(id);
  }

  function open({ account, sessionId }: Viewer): Seat {
    const stopListening = bell.listen(topic.sessions(account.id), () => renewSoon([sessionId]));
    const seat = { accountId: account.id, taken: 0, announced: false, ended: new AbortController(), stopListening };
    seats.set(sessionId, seat);
    renewal ??= setInterval(() => renewSoon(seats.keys()), RENEW_EVERY_MS);
    renewSoon([sessionId]);
    return seat;
  }

  function leave(sessionId: string, { accountId, ended, stopListening }: Seat): void {
    stopListening();
    seats.delete(sessionId);
    if (seats.size === 0) {
      clearInterval(renewal);
      renewal = undefined;
    }
    if (ended.signal.aborted) return;
    behindTheScenes(async () => {
      await lease(store.db, [sessionId], clock() + LEAVING_LEASE_MS, clock());
      bell.ring(topic.presence(accountId));
    });
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
      if (seats.has(id) || leaseUntil > now + REQUEST_LEASE_MS - REQUEST_RENEWAL_MS) return;
      await lease(store.db, [id], now + REQUEST_LEASE_MS, now);
      bell.ring(topic.presence(account.id));
    },

    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      await writing;
    },
  };
}

/** Listens for as long as the attendance lasts: when the reader stops listening, it is disposed of. */
export const whileThere =
  <Heard>(attendance: Attendance, listen: (heard: Heard) => () => void) =>
  (heard: Heard): (() => void) => {
    const stop = listen(heard);
    return () => {
      stop();
      attendance[Symbol.dispose]();
    };
  };
