import type { Client } from '@urql/core';
import { connect } from '../core/connection.ts';
import { type CurrentSession, openCurrentSession } from './current-session.ts';
import { Failure, failureOf } from './errors.ts';
import { type Event, rateLimited } from './event.ts';
import type { GivenPassword } from './given-password.ts';

export interface CliContextOptions {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  /** The account whose saved session to continue. Without it, the one that was used last. */
  readonly user?: string | undefined;
  readonly say: (event: Event) => void;
  /** Writes text to the output unchanged; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  /**
   * Asks the person at the terminal; undefined when the person cancels. Missing without a terminal.
   */
  readonly ask?: ((question: string, hidden?: boolean) => Promise<string | undefined>) | undefined;
  /** Whether a person types the commands and sees the answers. */
  readonly interactive?: boolean;
  /**
   * Whether messages are shown as they arrive.
   * @default true
   */
  readonly listens?: boolean;
  readonly givenPassword?: GivenPassword;
}

/** What commands act on: one server, its current session, and the person or pipe in front of it. */
export interface CliContext extends Pick<CliContextOptions, 'say' | 'write'> {
  /** Speaks for no session, or with `overHttpAs` for a given one. */
  readonly client: Client;
  readonly current: CurrentSession;
  /** Whether a person types the commands and sees the answers. */
  readonly interactive: boolean;
  readonly givenPassword: GivenPassword;
  readonly canAsk: boolean;
  /** @throws {Failure} when the person cancels. */
  ask(question: string, hidden?: boolean): Promise<string>;
  /** Runs an action and reports its failure. */
  attempt(action: () => unknown): Promise<void>;
  /** Ends the client after this command. */
  quit(): void;
  readonly hasQuit: boolean;
  close(): void;
}

export function openContext({
  url,
  env,
  user,
  say,
  write,
  ask,
  interactive = false,
  listens = true,
  givenPassword = async () => undefined,
}: CliContextOptions): CliContext {
  const { client, close } = connect({ url, onRateLimited: (ms) => say(rateLimited(ms)) });
  const current = openCurrentSession({
    url,
    env,
    user,
    client,
    say,
    patient: interactive,
    listens,
  });
  let hasQuit = false;

  return {
    client,
    current,
    say,
    write,
    interactive,
    givenPassword,
    canAsk: ask !== undefined,
    async ask(question, hidden = false) {
      const answer = await ask?.(question, hidden);
      if (answer === undefined) throw new Failure('Cancelled', 'Cancelled.');
      return answer;
    },
    async attempt(action) {
      try {
        await action();
      } catch (error) {
        const { code, message } = failureOf(error, url);
        say({ event: 'error', code, message });
      }
    },
    quit() {
      hasQuit = true;
    },
    get hasQuit() {
      return hasQuit;
    },
    close() {
      close();
      const unsent = current.session?.unsent ?? 0;
      if (unsent > 0) say({ event: 'error', code: 'NotSent', message: unconfirmed(unsent) });
      current.close();
    },
  };
}

const unconfirmed = (count: number): string =>
  count === 1
    ? '1 message may not have been sent: the server did not confirm it.'
    : `${count} messages may not have been sent: the server did not confirm them.`;
