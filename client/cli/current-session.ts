import { type Connection, overHttpAs } from '../core/connection.ts';
import { Viewer } from '../core/documents/session.ts';
import { codeOf, fieldOf } from '../core/errors.ts';
import type { ResumePoint } from '../core/streams.ts';
import { failureOf } from './errors.ts';
import type { Event } from './event.ts';
import { type CliSession, openCliSession } from './session.ts';
import { type SavedSession, tokenFiles } from './token-file.ts';

export interface CurrentSessionOptions {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly client: Connection['client'];
  readonly say: (event: Event) => void;
}

/** The session that commands act in, and its token file. At most one is open at a time. */
export interface CurrentSession {
  readonly session: CliSession | undefined;
  /** Opens a session and saves its token. */
  enter(saved: SavedSession, from: ResumePoint): void;
  /** Closes the session, which has ended, and removes its token. */
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
  client,
  say,
}: CurrentSessionOptions): CurrentSession {
  const files = tokenFiles(url, env, (path) =>
    say({ event: 'note', message: `${path} is not a saved session; ignored.` }),
  );
  let session: CliSession | undefined;
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

  function enter(saved: SavedSession, from: ResumePoint): void {
    store(() => files.save(saved));
    session = openCliSession({ url, saved, from, say, onOver: () => endedElsewhere(saved) });
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
    session ?? (mayContinue ? files.lastUnused() : undefined);

  async function continueSaved(saved: SavedSession): Promise<void> {
    const { username, token } = saved;
    try {
      const mailbox = await fieldOf(client.query(Viewer, {}, overHttpAs(token)), 'mailbox');
      enter(saved, mailbox);
      say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: true });
    } catch (error) {
      if (codeOf(error) !== 'SESSION_ENDED') throw error;
      forget(saved);
      const message = `The session of ${username} has ended. Log in with: login ${username}`;
      say({ event: 'note', message });
    }
  }

  return {
    get session() {
      return session;
    },
    enter,
    leave() {
      const ended = session;
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
