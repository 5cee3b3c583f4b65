import { type Connection, overHttpAs } from '../core/connection.ts';
import { Viewer } from '../core/documents/session.ts';
import { fieldOf } from '../core/errors.ts';
import type { ResumePoint } from '../core/streams.ts';
import { failureOf } from './errors.ts';
import type { Event } from './event.ts';
import { type CliSession, type Counterpart, openCliSession } from './session.ts';
import { type SavedSession, tokenFiles } from './token-file.ts';

/** Follows the reason why a server cannot be reached. */
const TRYING = 'Trying again until it can be reached.';

export interface CurrentSessionOptions {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user: string | undefined;
  readonly client: Connection['client'];
  readonly say: (event: Event) => void;
  /** Whether a session may wait for a server that cannot be reached. */
  readonly patient: boolean;
  /** Whether a session shows messages. Else it is shared with the process that uses it. */
  readonly listens: boolean;
}

/** The session that commands act in, and its token file. At most one is open at a time. */
export interface CurrentSession {
  readonly session: CliSession | undefined;
  /**
   * Whom typed lines go to as messages. It stays after a session is ended elsewhere, so that no
   * message is taken for a command.
   */
  counterpart: Counterpart | undefined;
  /** Opens a session and saves its token. */
  enter(saved: SavedSession, from: ResumePoint | undefined): void;
  /** Closes the session, which has ended, and its conversation, and removes its token. */
  leave(): void;
  /** Removes the token of another session that has ended. */
  forget(saved: SavedSession): void;
  /** The open session, or the one that `resume` would continue. It shows no messages. */
  identity(): SavedSession | undefined;
  /** The saved session of an account: it must not be taken for a client elsewhere. */
  savedFor(username: string): SavedSession | undefined;
  /** Rules out that an earlier session is continued, even if the login that follows fails. */
  startFresh(): void;
  /** Returns the open session, or else continues the one that was used last. */
  resume(): Promise<CliSession | undefined>;
  /** Runs an action that may end the session. If it fails, the session resumes. */
  whilePaused<Result>(action: () => Promise<Result>): Promise<Result>;
  /** Closes the session without ending it: the next start continues it. */
  close(): void;
}

export function openCurrentSession({
  url,
  env,
  user,
  client,
  say,
  patient,
  listens,
}: CurrentSessionOptions): CurrentSession {
  const files = tokenFiles(url, env, (path) =>
    say({ event: 'note', message: `${path} is not a saved session; ignored.` }),
  );
  let session: CliSession | undefined;
  let counterpart: Counterpart | undefined;
  let mayContinue = true;

  /** Without the file the next start needs a login, and that is all. */
  function store(change: () => void): void {
    try {
      change();
    } catch (error) {
      const { message } = failureOf(error, url);
      say({ event: 'note', message: `Could not save the session: ${message}` });
    }
  }

  function enter(saved: SavedSession, from: ResumePoint | undefined): void {
    store(() => files.save(saved));
    open(saved, from);
  }

  function open(saved: SavedSession, from: ResumePoint | undefined): void {
    const onOver = () => endedElsewhere(saved);
    session = openCliSession({ url, saved, from, listens, say, onOver });
    // After a change of password the conversation continues in another session.
    if (counterpart) session.watchTyping(counterpart.conversationId);
  }

  function endedElsewhere(saved: SavedSession): void {
    close();
    store(() => files.remove(saved));
    const message = `Your session was ended elsewhere. Log in with: login ${saved.username}`;
    say({ event: 'status', status: 'ended', message });
  }

  function close(): void {
    session?.close();
    session = undefined;
  }

  const forget = (saved: SavedSession): void => store(() => files.remove(saved));
  const identity = (): SavedSession | undefined =>
    session ??
    (mayContinue ? (listens ? files.lastUnused(user) : files.lastUsed(user)) : undefined);

  async function continueSaved(saved: SavedSession): Promise<void> {
    const { username, token } = saved;
    try {
      const mailbox = await fieldOf(client.query(Viewer, {}, overHttpAs(token)), 'mailbox');
      if (!listens) return open(saved, mailbox);
      enter(saved, mailbox);
      say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: true });
    } catch (error) {
      const { code, message } = failureOf(error, url);
      if (code === 'SESSION_ENDED') {
        forget(saved);
        const ended = `The session of ${username} has ended. Log in with: login ${username}`;
        say({ event: 'note', message: ended });
      } else if (code === 'Unreachable' && patient) {
        say({ event: 'status', status: 'offline', message: `${message} ${TRYING}` });
        enter(saved, undefined);
      } else {
        throw error;
      }
    }
  }

  return {
    get session() {
      return session;
    },
    get counterpart() {
      return counterpart;
    },
    set counterpart(to) {
      counterpart = to;
    },
    enter,
    leave() {
      const ended = session;
      counterpart = undefined;
      close();
      if (ended) forget(ended);
    },
    forget,
    identity,
    savedFor: (username) => (session?.username === username ? session : files.lastUnused(username)),
    startFresh() {
      mayContinue = false;
    },
    async resume() {
      const saved = session ? undefined : identity();
      if (saved) await continueSaved(saved);
      mayContinue = false;
      return session;
    },
    async whilePaused(action) {
      const paused = session;
      await paused?.pause();
      try {
        return await action();
      } catch (error) {
        paused?.resume();
        throw error;
      }
    },
    close() {
      const kept = session;
      if (kept) store(() => files.touch(kept));
      close();
    },
  };
}
