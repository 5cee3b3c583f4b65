import { Viewer } from '../core/documents/session.ts';
import { fieldOf } from '../core/errors.ts';
import type { Inbox } from '../core/inbox.ts';
import type { Session } from '../core/session.ts';
import type { ResumePoint } from '../core/streams.ts';
import type { Event } from './event.ts';

/** How many waiting messages a login shows. */
export const FIRST = 20;
/** How long a pipe waits for the backlog while the connection is away. */
const CATCH_UP_MS = 10_000;

export interface ReceivingOptions {
  readonly session: Session;
  readonly username: string;
  /** Undefined if the server cannot be reached: it is asked for once it can. */
  readonly from: ResumePoint | undefined;
  readonly say: (event: Event) => void;
  isPaused(): boolean;
}

/** Shows what a session receives, and reports how much of it waits. */
export interface Receiving {
  /** Where a session that replaces this one continues. Undefined before the first connection. */
  readonly resumePoint: ResumePoint | undefined;
  /** How many messages are held back. */
  readonly held: number;
  /** Starts to show messages, or continues after a pause. */
  start(): void;
  /** Shows the next held-back messages. Before a start, the next of those that wait. */
  deliver(count: number): void;
  /** Resolves once the backlog is shown, but those that are held back. */
  caughtUp(): Promise<void>;
}

export function newReceiving(options: ReceivingOptions): Receiving {
  const { session, username, from, say, isPaused } = options;
  let inbox: Inbox | undefined;
  let started = false;

  const resumePoint = (): ResumePoint | undefined => session.resumePoint ?? from;

  async function listenOnceConnected(): Promise<void> {
    const mailbox = await fieldOf(session.client.query(Viewer, {}), 'mailbox');
    say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: true });
    listen(mailbox);
  }

  function listen(point: ResumePoint): void {
    const { pendingCount, first = FIRST } = point;
    inbox = session.listen(point);
    if (pendingCount > first && first > 0) reportWaitingOnceShown(inbox);
  }

  async function reportWaitingOnceShown(opened: Inbox): Promise<void> {
    await opened.caughtUp();
    if (!isPaused()) say({ event: 'waiting', count: opened.waiting, arrived: false });
  }

  return {
    get resumePoint() {
      return resumePoint();
    },
    get held() {
      return inbox?.waiting ?? 0;
    },
    start() {
      started = true;
      const point = resumePoint();
      if (point) listen(point);
      // If the session has ended or is closed, its owner has reported it.
      else listenOnceConnected().catch(() => {});
    },
    deliver(count) {
      if (!started && from && from.pendingCount > 0) {
        started = true;
        listen({ ...from, first: count });
      } else if (inbox && inbox.waiting > 0) {
        inbox.deliver(count);
        reportWaitingOnceShown(inbox);
      } else {
        inbox?.deliver(count);
        say({ event: 'waiting', count: 0, arrived: false });
      }
    },
    async caughtUp() {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, CATCH_UP_MS).unref());
      await Promise.race([inbox?.caughtUp(), timeout]);
    },
  };
}
