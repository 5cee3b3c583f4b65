import { connect, type Status } from '../core/connect.ts';
import type { ShownMessage } from '../core/documents.ts';
import { type InboxOptions, openInbox } from '../core/inbox.ts';
import { openOutbox } from '../core/outbox.ts';
import { Failure, failureOf } from './failure.ts';
import type { Event } from './print.ts';
import type { SavedSession } from './token-file.ts';

/** How many messages a login shows unasked. */
export const FIRST = 20;
/** How long a pipe waits for messages that were announced: another client of the account may have got them all. */
const CATCH_UP_MS = 10_000;

/** Where a mailbox is to be read from, and what of it to show. */
export type Bookmark = Pick<InboxOptions, 'after' | 'pendingCount' | 'first'>;

export interface SessionOptions {
  readonly url: string;
  readonly saved: SavedSession;
  readonly bookmark: Bookmark;
  readonly say: (event: Event) => void;
  /** Told when the session is over without our doing. */
  readonly onOver: (status: Extract<Status, { is: 'ended' | 'failed' }>) => void;
}

/** A session as somebody lives it: messages are shown as they come, and sent whatever the connection does. */
export type Session = ReturnType<typeof openSession>;

export function openSession({ url, saved, bookmark, say, onOver }: SessionOptions) {
  let lost = false;
  let resting = false;
  let over: Parameters<typeof onOver>[0] | undefined;
  let lastSend: Promise<void> = Promise.resolve();

  const { client, close } = connect({ url, token: saved.token, onStatus });
  const outbox = openOutbox(client);
  let inbox = read(bookmark);

  /** Says the loss once and the return once, however many tries lie between. */
  function onStatus(status: Status): void {
    if (status.is === 'offline' && !lost) {
      lost = true;
      say({ event: 'status', status: 'offline', message: 'Connection lost, trying again…' });
    } else if (status.is === 'live' && lost) {
      lost = false;
      say({ event: 'status', status: 'live', message: 'Connected again.' });
    } else if (status.is === 'ended' || status.is === 'failed') {
      over = status;
      if (!resting) onOver(status);
    }
  }

  function read(from: Bookmark) {
    const opened = openInbox(client, {
      ...from,
      show: (message) => say(shown(message)),
      onHeldBack: (count) => say({ event: 'waiting', count, arrived: true }),
    });
    if (from.pendingCount > from.first && from.first > 0) tellWaitingOnceShown(opened);
    return opened;
  }

  async function tellWaitingOnceShown(opened: typeof inbox): Promise<void> {
    await opened.caughtUp();
    if (!resting) say({ event: 'waiting', count: opened.waiting, arrived: false });
  }

  const self = {
    ...saved,
    get unsent() {
      return outbox.waiting;
    },
    /** Where an inbox opened after this one goes on: what is held back stays so. */
    get bookmark(): Bookmark {
      const { shownThrough: after, waiting: pendingCount } = inbox;
      return { after, pendingCount, first: pendingCount > 0 ? 0 : Number.POSITIVE_INFINITY };
    },

    /** Sends in the background: a person writes on, and a pipe waits for `settled`. */
    send(to: string, text: string): void {
      if (lost) say({ event: 'note', message: 'It will be sent when the connection is back.' });
      lastSend = outbox.send(to, text).then(
        (outcome) => {
          if (outcome.sent) say({ event: 'sent', id: outcome.message.id, to, sentAt: outcome.message.sentAt });
          else say({ event: 'error', code: outcome.code, message: `Not sent to ${to}: ${outcome.reason}` });
        },
        (error) => {
          const { code, message } = over ? new Failure('SESSION_ENDED', 'The session is over.') : failureOf(error, url);
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
    async rest(): Promise<void> {
      if (lost) throw new Failure('Unreachable', 'There is no connection now. Try again when it is back.');
      resting = true;
      await lastSend;
      inbox.close();
      await inbox.settled();
    },

    /** Goes on after a rest, since the session did not end. */
    resume(): void {
      resting = false;
      if (over) onOver(over);
      else inbox = read(self.bookmark);
    },

    close(): void {
      resting = true;
      inbox.close();
      close();
    },
  };
  return self;
}

export const shown = ({ id, position, senderUsername, recipient, text, sentAt }: ShownMessage): Event => ({
  event: 'message',
  id,
  position,
  from: senderUsername,
  to: recipient.username,
  text,
  sentAt,
});
