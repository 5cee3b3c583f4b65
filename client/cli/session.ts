import { openSession } from '../core/session.ts';
import type { ResumePoint } from '../core/streams.ts';
import { Failure } from './errors.ts';
import { type Event, rateLimited } from './event.ts';
import { reportLosses } from './losses.ts';
import { newReadMarks } from './read-marks.ts';
import { FIRST, newReceiving } from './receiving.ts';
import { newSending, type Recipient, type Sending } from './sending.ts';
import { reportReceived } from './session-events.ts';
import type { SavedSession } from './token-file.ts';
import { newTyping, type Typing } from './typing.ts';

export interface CliSessionOptions {
  readonly url: string;
  readonly saved: SavedSession;
  /** Undefined if the server cannot be reached: the session asks for it once it can. */
  readonly from: ResumePoint | undefined;
  /** Whether it shows messages without `deliver`. */
  readonly listens: boolean;
  readonly say: (event: Event) => void;
  /** Called when the session has ended without our doing. */
  readonly onOver: () => void;
}

/** The other side of the conversation that typed lines go to. */
export interface Counterpart extends Recipient {
  readonly id: string;
  readonly conversationId: string;
  /** The last message that was shown when the conversation was opened. */
  readonly shownThrough: string | undefined;
}

/** A live session that reports everything as events. */
export interface CliSession extends SavedSession {
  /** How many sends the server has not confirmed. */
  readonly unsent: number;
  /** How many received messages are held back until `deliver`. */
  readonly held: number;
  /** Where a session that replaces this one continues. Undefined before the first connection. */
  readonly resumePoint: ResumePoint | undefined;
  /** Sends in the background; `settled` waits for it. */
  send: Sending['send'];
  /** Marks a conversation as read up to a message, in the background. */
  markRead(counterpartId: string, through: string): void;
  readonly watchTyping: Typing['watch'];
  /** Tells an account whether the viewer is typing to it, unless the connection is lost. */
  readonly setTyping: Typing['set'];
  /** Shows the next held-back messages, or the next that wait in a session that does not listen. */
  deliver(count: number): void;
  /** Resolves once everything is sent, shown and acknowledged; held-back messages stay so. */
  settled(): Promise<void>;
  /** Pauses before an operation that may end the session, so that the end is expected. */
  pause(): Promise<void>;
  /** Continues after a pause that did not end the session. */
  resume(): void;
  close(): void;
}

export function openCliSession({
  url,
  saved,
  from,
  listens,
  say,
  onOver,
}: CliSessionOptions): CliSession {
  let paused = false;
  let over = false;
  let closed = false;

  const losses = reportLosses(say, from !== undefined);
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
  const readMarks = newReadMarks(session.client);
  const typing = newTyping(session.client, say);
  const sending = newSending({
    session,
    url,
    say,
    whyOver: () => (over ? 'ended' : closed ? 'closed' : undefined),
  });
  const receiving = newReceiving({
    session,
    username: saved.username,
    from,
    say,
    isPaused: () => paused,
  });
  if (listens) receiving.start();

  return {
    ...saved,
    get unsent() {
      return session.waiting;
    },
    get held() {
      return receiving.held;
    },
    get resumePoint() {
      return receiving.resumePoint;
    },
    send(...message) {
      sending.send(...message);
      if (losses.lost)
        say({ event: 'note', message: 'Offline. Your message will be sent once reconnected.' });
    },
    markRead: readMarks.advance,
    watchTyping: typing.watch,
    setTyping(...sign) {
      if (!losses.lost) typing.set(...sign);
    },
    deliver: receiving.deliver,
    async settled() {
      await sending.answered();
      await receiving.caughtUp();
      await session.settled();
      await readMarks.settled();
    },
    async pause() {
      if (losses.lost) throw new Failure('Unreachable', 'Offline. Try again once reconnected.');
      paused = true;
      await sending.answered();
      await session.pause();
    },
    resume() {
      paused = false;
      if (over) onOver();
      else if (listens) receiving.start();
    },
    close() {
      paused = true;
      closed = true;
      typing.watch(undefined);
      session.close();
    },
  };
}
