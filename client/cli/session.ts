import type { Status } from '../core/connection.ts';
import type { Inbox } from '../core/inbox.ts';
import type { SendDelay } from '../core/outbox.ts';
import type { ReceiptUpdate } from '../core/receipts.ts';
import { openSession } from '../core/session.ts';
import type { ResumePoint, SessionHandlers } from '../core/streams.ts';
import { Failure, failureOf } from './errors.ts';
import { type Event, rateLimited, written } from './event.ts';
import type { SavedSession } from './token-file.ts';

/** How many waiting messages a login shows. */
export const FIRST = 20;
/** How long a pipe waits for the backlog while the connection is away. */
const CATCH_UP_MS = 10_000;

const DELAYED: Record<SendDelay, string> = {
  UNAVAILABLE: "The server's database is unavailable. Your message will be sent when it is back.",
  LIMIT_EXCEEDED: 'You are sending too fast. Your message will be sent when the limit allows.',
};

export interface CliSessionOptions {
  readonly url: string;
  readonly saved: SavedSession;
  readonly from: ResumePoint;
  readonly say: (event: Event) => void;
  /** Called when the session has ended without our doing. */
  readonly onOver: () => void;
}

/** A live session that reports everything as events. */
export interface CliSession extends SavedSession {
  /** How many sends the server has not confirmed. */
  readonly unsent: number;
  /** Where a session that replaces this one continues. */
  readonly resumePoint: ResumePoint;
  /** Sends in the background; `settled` waits for it. */
  send(to: string, text: string): void;
  /** Shows the next held-back messages. */
  deliver(count: number): void;
  /** Resolves once everything is sent, shown and acknowledged; held-back messages stay so. */
  settled(): Promise<void>;
  /** Pauses before an operation that may end the session, so that the end is expected. */
  pause(): Promise<void>;
  /** Continues after a pause that did not end the session. */
  resume(): void;
  close(): void;
}

export function openCliSession({ url, saved, from, say, onOver }: CliSessionOptions): CliSession {
  let paused = false;
  let over = false;
  let closed = false;
  let lastSend: Promise<void> = Promise.resolve();

  const losses = reportLosses(say);
  const session = openSession({
    url,
    token: saved.token,
    first: FIRST,
    onStatus(status) {
      losses.onStatus(status);
      if (status.state !== 'ended') return;
      over = true;
      if (!paused) onOver();
    },
    onRateLimited: (ms) => say(rateLimited(ms)),
    ...reportReceived(say),
  });
  let inbox = listen(from);

  const resumePoint = (): ResumePoint => session.resumePoint ?? from;

  function listen(point: ResumePoint): Inbox {
    const { pendingCount, first = FIRST } = point;
    const opened = session.listen(point);
    if (pendingCount > first && first > 0) reportWaitingOnceShown(opened);
    return opened;
  }

  async function reportWaitingOnceShown(opened: Inbox): Promise<void> {
    await opened.caughtUp();
    if (!paused) say({ event: 'waiting', count: opened.waiting, arrived: false });
  }

  async function post(to: string, text: string): Promise<void> {
    try {
      const outcome = await session.send(to, text);
      if (!outcome.sent) return notSent(to, new Failure(outcome.code, outcome.reason));
      const { id, sentAt } = outcome.message;
      say({ event: 'sent', id, to, sentAt });
    } catch (error) {
      if (over) notSent(to, new Failure('SESSION_ENDED', 'The session has ended.'));
      // After a close the context reports all unsent messages at once.
      else if (!closed) notSent(to, failureOf(error, url));
    }
  }

  function notSent(to: string, { code, message }: Failure): void {
    say({ event: 'error', code, message: `Not sent to ${to}: ${message}` });
  }

  return {
    ...saved,
    get unsent() {
      return session.waiting;
    },
    get resumePoint() {
      return resumePoint();
    },
    send(to, text) {
      if (losses.lost)
        say({ event: 'note', message: 'Offline. Your message will be sent once reconnected.' });
      lastSend = post(to, text);
    },
    deliver(count) {
      const held = inbox.waiting > 0;
      inbox.deliver(count);
      if (held) reportWaitingOnceShown(inbox);
      else say({ event: 'waiting', count: 0, arrived: false });
    },
    async settled() {
      await lastSend;
      const timeout = new Promise((resolve) => setTimeout(resolve, CATCH_UP_MS).unref());
      await Promise.race([inbox.caughtUp(), timeout]);
      await session.settled();
    },
    async pause() {
      if (losses.lost) throw new Failure('Unreachable', 'Offline. Try again once reconnected.');
      paused = true;
      await lastSend;
      await session.pause();
    },
    resume() {
      paused = false;
      if (over) onOver();
      else inbox = listen(resumePoint());
    },
    close() {
      paused = true;
      closed = true;
      session.close();
    },
  };
}

const reportReceived = (say: (event: Event) => void): SessionHandlers => ({
  onMessage: (message) =>
    say({ event: 'message', ...written(message), position: message.position }),
  onHeldBack: (count) => say({ event: 'waiting', count, arrived: true }),
  onSentElsewhere: (message) => say({ event: 'sentElsewhere', ...written(message) }),
  onReceiptUpdate: (update) => say(receiptEvent(update)),
  onSendDelayed: (reason) => say({ event: 'note', message: DELAYED[reason] }),
});

/** Reports a loss of the connection once and its return once, however many retries lie between. */
function reportLosses(say: (event: Event) => void) {
  let lost = false;
  return {
    get lost() {
      return lost;
    },
    onStatus(status: Status): void {
      if (status.state === 'offline' && !lost) {
        lost = true;
        const what = status.reason
          ? `The server closed the connection (${status.reason}).`
          : 'Connection lost.';
        say({ event: 'status', status: 'offline', message: `${what} Reconnecting…` });
      } else if (status.state === 'live' && lost) {
        lost = false;
        say({ event: 'status', status: 'live', message: 'Reconnected.' });
      }
    },
  };
}

const receiptEvent = ({ receipt, delivered, read }: ReceiptUpdate): Event => ({
  event: 'receipt',
  by: receipt.by.username,
  deliveredThrough: receipt.deliveredThrough,
  readThrough: receipt.readThrough,
  delivered,
  read,
});
