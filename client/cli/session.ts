import { connect, type Status } from '../core/connection.ts';
import { ReceiptReceived } from '../core/documents/receipt.ts';
import type { Mailbox } from '../core/documents/session.ts';
import { type Inbox, type InboxOptions, openInbox } from '../core/inbox.ts';
import { type HeldUp, openOutbox } from '../core/outbox.ts';
import { type Receipts, trackReceipts } from '../core/receipts.ts';
import { openSentElsewhere, type SentOptions } from '../core/sent-elsewhere.ts';
import { follow } from '../core/subscription.ts';
import { Failure, failureOf } from './errors.ts';
import { type Event, putOff, written } from './event.ts';
import type { SavedSession } from './token-file.ts';

/** How many messages a login shows unasked. */
export const FIRST = 20;
/** How long a pipe waits for messages that were announced, should the network be away. */
const CATCH_UP_MS = 10_000;

const HELD_UP: Record<HeldUp, string> = {
  UNAVAILABLE: "The server's database is unavailable. Your message will be sent when it is back.",
  LIMIT_EXCEEDED:
    'You send faster than the server allows. Your message will be sent as soon as it may.',
};

/**
 * Where a session goes on, and what of its mailbox to show; and what is known of sends, if it goes
 * on from before.
 */
export interface ResumePoint
  extends Required<Pick<InboxOptions, 'after' | 'pendingCount' | 'first'>> {
  readonly sentAfter: number;
  readonly sends?: Pick<SentOptions, 'own'> & { readonly receipts: Receipts };
}

/** Where a session begins that finds the mailbox like this. */
export const resumePointAt = ({
  deliveredThrough,
  pendingCount,
  sentThrough,
}: Mailbox): ResumePoint => ({
  after: deliveredThrough,
  pendingCount,
  first: FIRST,
  sentAfter: sentThrough,
});

export interface SessionOptions {
  readonly url: string;
  readonly saved: SavedSession;
  readonly bookmark: ResumePoint;
  readonly say: (event: Event) => void;
  /** Told when the session is over without our doing. */
  readonly onOver: () => void;
}

/**
 * A session as somebody lives it: messages are shown as they come, and sent whatever the connection
 * does.
 */
export type Session = ReturnType<typeof openSession>;

export function openSession({ url, saved, bookmark, say, onOver }: SessionOptions) {
  let lost = false;
  let resting = false;
  let over = false;
  let closed = false;
  let lastSend: Promise<void> = Promise.resolve();

  const { client, close: disconnect } = connect({
    url,
    token: saved.token,
    onStatus,
    onPutOff: (ms) => say(putOff(ms)),
  });
  const outbox = openOutbox(client, (why) => say({ event: 'note', message: HELD_UP[why] }));
  const own = bookmark.sends?.own ?? new Set<string>();
  const receipts =
    bookmark.sends?.receipts ??
    trackReceipts(({ receipt: { by, deliveredThrough, readThrough }, delivered, read }) =>
      say({ event: 'receipt', by: by.username, deliveredThrough, readThrough, delivered, read }),
    );
  let { inbox, elsewhere, hush: unsubscribe } = listen(bookmark);

  /** Says the loss once and the return once, however many tries lie between. */
  function onStatus(status: Status): void {
    if (status.state === 'offline' && !lost) {
      lost = true;
      const what = status.reason
        ? `The server closed the connection (${status.reason})`
        : 'Connection lost';
      say({ event: 'status', status: 'offline', message: `${what}, trying again…` });
    } else if (status.state === 'live' && lost) {
      lost = false;
      say({ event: 'status', status: 'live', message: 'Connected again.' });
    } else if (status.state === 'ended') {
      over = true;
      if (!resting) onOver();
    }
  }

  function listen({ sentAfter, ...from }: ResumePoint) {
    const inbox = openInbox(client, {
      ...from,
      show: (message) => say({ event: 'message', ...written(message), position: message.position }),
      onHeldBack: (count) => say({ event: 'waiting', count, arrived: true }),
    });
    if (from.pendingCount > from.first && from.first > 0) tellWaitingOnceShown(inbox);
    const elsewhere = openSentElsewhere(client, {
      after: sentAfter,
      own,
      answered: () => lastSend,
      show: (message) => say({ event: 'sentElsewhere', ...written(message) }),
    });
    const stopReceipts = follow(client, ReceiptReceived, {}, ({ receiptReceived }) =>
      receipts.received(receiptReceived),
    );
    const hush = (): void => {
      for (const stop of [inbox.close, elsewhere.close, stopReceipts]) stop();
    };
    return { inbox, elsewhere, hush };
  }

  async function tellWaitingOnceShown(opened: Inbox): Promise<void> {
    await opened.caughtUp();
    if (!resting) say({ event: 'waiting', count: opened.waiting, arrived: false });
  }

  const self = {
    ...saved,
    get unsent() {
      return outbox.waiting;
    },
    /** Where a session opened after this one goes on: what is held back stays so. */
    get bookmark(): ResumePoint {
      const { shownThrough: after, waiting: pendingCount } = inbox;
      const first = pendingCount > 0 ? 0 : Number.POSITIVE_INFINITY;
      return { after, pendingCount, first, sentAfter: elsewhere.through, sends: { own, receipts } };
    },

    /** Sends in the background: a person writes on, and a pipe waits for `settled`. */
    send(to: string, text: string): void {
      if (lost) say({ event: 'note', message: 'It will be sent when the connection is back.' });
      lastSend = outbox.send(to, text).then(
        (outcome) => {
          if (!outcome.sent) {
            return say({
              event: 'error',
              code: outcome.code,
              message: `Not sent to ${to}: ${outcome.reason}`,
            });
          }
          const { message } = outcome;
          own.add(message.id);
          say({ event: 'sent', id: message.id, to, sentAt: message.sentAt });
          receipts.sent(message);
        },
        (error) => {
          // One who leaves is told of all that is unsent in one sentence.
          if (closed && !over) return;
          const { code, message } = over
            ? new Failure('SESSION_ENDED', 'The session is over.')
            : failureOf(error, url);
          say({ event: 'error', code, message: `Not sent to ${to}: ${message}` });
        },
      );
    },

    deliver(count: number): void {
      const held = inbox.waiting > 0;
      inbox.deliver(count);
      if (held) tellWaitingOnceShown(inbox);
      else say({ event: 'waiting', count: 0, arrived: false });
    },

    /** Resolves when all is sent, shown as far as promised, and acknowledged. */
    async settled(): Promise<void> {
      await lastSend;
      const patience = new Promise((resolve) => setTimeout(resolve, CATCH_UP_MS).unref());
      await Promise.race([inbox.caughtUp(), patience]);
      await inbox.settled();
    },

    /** Puts everything down before something that may end the session; it is not announced then. */
    async pause(): Promise<void> {
      if (lost)
        throw new Failure('Unreachable', 'There is no connection now. Try again when it is back.');
      resting = true;
      await lastSend;
      unsubscribe();
      await inbox.settled();
    },

    /** Goes on after a rest, since the session did not end. */
    resume(): void {
      resting = false;
      if (over) onOver();
      else ({ inbox, elsewhere, hush: unsubscribe } = listen(self.bookmark));
    },

    close(): void {
      resting = true;
      closed = true;
      unsubscribe();
      disconnect();
    },
  };
  return self;
}
