import { uuid } from '../core/outbox.ts';
import type { Session } from '../core/session.ts';
import { Failure, failureOf } from './errors.ts';
import type { Event } from './event.ts';

/** Whom a message goes to: by id if it is known, since a username can be reused. */
export interface Recipient {
  readonly id?: string;
  readonly username: string;
}

export interface SendingOptions {
  readonly session: Pick<Session, 'send'>;
  readonly url: string;
  readonly say: (event: Event) => void;
  /** Why the session sends no more: it has ended, or it is closed here. */
  whyOver(): 'ended' | 'closed' | undefined;
}

/** Sends messages in the background, and reports each as an event when it is answered. */
export interface Sending {
  send(to: Recipient, text: string, clientMessageId?: string): void;
  /** Resolves once everything sent is answered. */
  answered(): Promise<void>;
}

export function newSending({ session, url, say, whyOver }: SendingOptions): Sending {
  let last: Promise<void> = Promise.resolve();

  async function post(to: Recipient, text: string, clientMessageId: string): Promise<void> {
    const notSent = ({ code, message }: Failure): void =>
      say({
        event: 'error',
        code,
        message: `Not sent to ${to.username}: ${message}`,
        clientMessageId,
      });
    try {
      const outcome = await session.send(to.id ?? to.username, text, clientMessageId);
      if (!outcome.sent) return notSent(new Failure(outcome.code, outcome.reason));
      const { id, sentAt, conversation } = outcome.message;
      const { counterpartId } = conversation;
      say({ event: 'sent', id, to: to.username, counterpartId, sentAt, clientMessageId });
    } catch (error) {
      const over = whyOver();
      if (over === 'ended') notSent(new Failure('SESSION_ENDED', 'The session has ended.'));
      // After a close the context reports all unsent messages at once.
      else if (over === undefined) notSent(failureOf(error, url));
    }
  }

  return {
    send(to, text, clientMessageId = uuid()) {
      const sentAt = new Date().toISOString();
      say({ event: 'sending', to: to.username, text, sentAt, clientMessageId });
      last = post(to, text, clientMessageId);
    },
    answered: () => last,
  };
}
