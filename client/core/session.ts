import type { Client } from '@urql/core';
import { type ConnectOptions, connect } from './connection.ts';
import type { ShownMessage } from './documents/message.ts';
import type { Inbox } from './inbox.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import {
  newSentFromHere,
  openStreams,
  type ResumePoint,
  type SessionHandlers,
  type Streams,
} from './streams.ts';

export interface SessionOptions extends ConnectOptions, SessionHandlers {
  /** The session token. */
  readonly token: string;
}

/** A logged-in session: it receives and sends until it is closed or its token expires. */
export interface Session extends Pick<Outbox, 'send' | 'waiting'> {
  /** For operations of your own. */
  readonly client: Client;
  readonly token: string;
  /** Starts receiving, or restarts it from another point. */
  listen(from: ResumePoint): Inbox;
  /** Stops receiving, once everything sent is answered. Resolves when all is acknowledged. */
  pause(): Promise<void>;
  /**
   * Where to continue after a pause, in this session or in a new one of the account. Undefined
   * before `listen`.
   */
  readonly resumePoint: ResumePoint | undefined;
  /** Resolves once everything sent is answered and everything shown is acknowledged. */
  settled(): Promise<void>;
  /** Tries to connect at once instead of at the next retry. */
  retry(): void;
  /** Ends the connection. The server keeps the session: its token stays valid. */
  close(): void;
}

/**
 * Opens a session with its token. Call `listen` to receive messages.
 *
 * @example
 * const session = openSession({ url, token, onMessage: ({ text }) => console.log(text) });
 * session.listen(await fieldOf(session.client.query(Viewer, {}), 'mailbox'));
 */
export function openSession(options: SessionOptions): Session {
  const { client, retry, close } = connect(options);
  const outbox = openOutbox(client, options.onSendDelayed);
  let sent = newSentFromHere(options);
  let streams: Streams | undefined;
  let lastSend: Promise<unknown> = Promise.resolve();

  function remember(message: ShownMessage): void {
    if (options.onSentElsewhere) sent.own.add(message.id);
    // Deferred, so that the caller learns of the send before its receipt.
    queueMicrotask(() => sent.receipts?.sent(message));
  }

  return {
    client,
    token: options.token,
    send(...message) {
      const outcome = outbox.send(...message);
      lastSend = outcome.then(
        (result) => result.sent && remember(result.message),
        () => {},
      );
      return outcome;
    },
    get waiting() {
      return outbox.waiting;
    },
    listen(from) {
      streams?.close();
      sent = from.sent ?? sent;
      streams = openStreams(client, options, { ...from, sent }, async () => void (await lastSend));
      return streams.inbox;
    },
    async pause() {
      await lastSend;
      streams?.close();
      await streams?.inbox.settled();
    },
    get resumePoint() {
      return streams?.resumePoint;
    },
    async settled() {
      await lastSend;
      await streams?.inbox.settled();
    },
    retry,
    close() {
      streams?.close();
      close();
    },
  };
}
