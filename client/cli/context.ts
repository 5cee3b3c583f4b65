import { connect, overHttpAs } from '../core/connection.ts';
import { Viewer } from '../core/documents/session.ts';
import { codeOf, dataOf } from '../core/errors.ts';
import { Failure, failureOf } from './errors.ts';
import { type Event, putOff } from './event.ts';
import { openSession, type ResumePoint, resumePointAt, type Session } from './session.ts';
import { type SavedSession, tokenFiles } from './token-file.ts';

export interface CliContextOptions {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (event: Event) => void;
  /** Puts out what was asked for word for word; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  /**
   * Asks the person; answers undefined when they do not want to tell. Missing where there is nobody
   * to ask.
   */
  readonly ask?: ((question: string, hidden?: boolean) => Promise<string | undefined>) | undefined;
}

/** What the commands act on: one server, and who is logged in there from here. */
export type CliContext = ReturnType<typeof openContext>;

export function openContext({ url, env, say, write, ask }: CliContextOptions) {
  const { client, close: closeClient } = connect({ url, onPutOff: (ms) => say(putOff(ms)) });
  const files = tokenFiles(url, env);
  let session: Session | undefined;
  let mayContinue = true;
  let left = false;

  function enter(saved: SavedSession, bookmark: ResumePoint): void {
    keep(() => files.save(saved));
    session = openSession({
      url,
      saved,
      bookmark,
      say,
      onOver() {
        leaveForNow();
        keep(() => files.remove(saved));
        const message = `Your session was ended elsewhere. Log in again with: login ${saved.username}`;
        say({ event: 'status', status: 'ended', message });
      },
    });
  }

  /** Lets go of a session that is over. */
  function leave(): void {
    const over = session;
    leaveForNow();
    if (over) keep(() => files.remove(over));
  }

  function leaveForNow(): void {
    session?.close();
    session = undefined;
  }

  /**
   * Does without the file where it cannot be written: one has to log in again at the next start,
   * and that is all.
   */
  function keep(change: () => void): void {
    try {
      change();
    } catch (error) {
      say({
        event: 'note',
        message: `The session is not kept for the next start: ${failureOf(error, url).message}`,
      });
    }
  }

  /**
   * Who one is, or would continue to be: enough to ask for something, without any message being
   * shown.
   */
  function identity(): SavedSession | undefined {
    return session ?? (mayContinue ? files.lastUnused() : undefined);
  }

  return {
    url,
    say,
    write,
    /** Speaks for nobody, or with `onceAs` for a session, whoever is logged in. */
    client,
    enter,
    leave,
    forget: (saved: SavedSession) => keep(() => files.remove(saved)),
    /** Whether commands are written by a person who sees the answers. */
    interactive: ask !== undefined,
    get session() {
      return session;
    },
    identity,
    /**
     * The session to ask the API with about an account: its own, so that it is not taken for a
     * client elsewhere.
     */
    sessionOf: (username: string): SavedSession | undefined =>
      session?.username === username ? session : files.lastUnused(username),

    async ask(question: string, hidden = false): Promise<string> {
      const answer = await ask?.(question, hidden);
      if (answer === undefined) throw new Failure('Cancelled', 'Cancelled.');
      return answer;
    },

    /**
     * From here on one is who one logs in as, and nobody if that fails: no earlier session is
     * continued.
     */
    startFresh(): void {
      mayContinue = false;
    },

    /** The session one is in, or else the one that the last start left. */
    async resume(): Promise<Session | undefined> {
      const saved = session ? undefined : identity();
      if (!saved) {
        mayContinue = false;
        return session;
      }
      const { username } = saved;
      try {
        const { mailbox } = await dataOf(client.query(Viewer, {}, overHttpAs(saved.token)));
        enter(saved, resumePointAt(mailbox));
        say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: true });
      } catch (error) {
        if (codeOf(error) !== 'SESSION_ENDED') throw error;
        keep(() => files.remove(saved));
        say({
          event: 'note',
          message: `The session of ${username} has ended. Log in with: login ${username}`,
        });
      }
      mayContinue = false;
      return session;
    },

    /** Does something, and says so when it cannot be done. */
    async attempt(action: () => unknown): Promise<void> {
      try {
        await action();
      } catch (error) {
        const { code, message } = failureOf(error, url);
        say({ event: 'error', code, message });
      }
    },

    /** Does something that may end the session; if it fails, the session goes on. */
    async whilePaused<Result>(action: () => Promise<Result>): Promise<Result> {
      const resting = session;
      await resting?.pause();
      try {
        return await action();
      } catch (error) {
        resting?.resume();
        throw error;
      }
    },

    /** Ends after this command. */
    quit(): void {
      left = true;
    },
    get left() {
      return left;
    },

    /** Goes away without ending the session: the next start continues it. */
    close(): void {
      const kept = session;
      closeClient();
      if (!kept) return;
      if (kept.unsent > 0) {
        say({
          event: 'error',
          code: 'NotSent',
          message: `Without an answer until now, and so perhaps not sent: ${kept.unsent} of your messages.`,
        });
      }
      keep(() => files.touch(kept));
      leaveForNow();
    },
  };
}
