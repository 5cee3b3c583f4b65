import type { Client } from '@urql/core';
import { type ConnectOptions, connect, overHttp } from './connection.ts';
import type { ShownMessage } from './documents/message.ts';
import { ReceiptReceived } from './documents/receipt.ts';
import { Login, type Mailbox } from './documents/session.ts';
import { dataOf, RefusedError } from './errors.ts';
import type { VariablesOf } from './graphql.ts';
import { type Inbox, type InboxOptions, openInbox } from './inbox.ts';
import { type Outbox, openOutbox, type SendDelay } from './outbox.ts';
import { type Receipt, type Receipts, type ReceiptUpdate, trackReceipts } from './receipts.ts';
import { openSentElsewhere } from './sent-elsewhere.ts';
import { follow } from './subscription.ts';

/** What a session does with what it receives. Streams without a callback are not opened. */
export interface SessionHandlers {
  /**
   * Called with each message, in order and once. The message counts as delivered when this returns,
   * or when the promise that it returns resolves.
   * @default ignores messages, and acknowledges them
   */
  readonly onMessage?: InboxOptions['show'];
  /** Called with each message that another client of the account sends. */
  readonly onSentElsewhere?: (message: ShownMessage) => void;
  /** Called with each receipt. */
  readonly onReceipt?: (receipt: Receipt) => void;
  /** Called when messages that were sent from here are newly delivered or read. */
  readonly onReceiptUpdate?: (update: ReceiptUpdate) => void;
  /** Called when a send has to wait for the server. */
  readonly onSendDelayed?: (reason: SendDelay) => void;
  /** Called when a message is held back, with the number that are waiting. */
  readonly onHeldBack?: (waiting: number) => void;
  /**
   * How many of the waiting messages are shown without `deliver`.
   * @default Infinity
   */
  readonly first?: number;
}

export interface SessionOptions extends ConnectOptions, SessionHandlers {
  /** The session token. */
  readonly token: string;
}

/** Where to start receiving: the mailbox of a login, or the `resumePoint` of a session. */
export interface ResumePoint extends Mailbox {
  /** Takes precedence over the session's `first`. */
  readonly first?: number;
  /** What the earlier session knows of the messages that were sent from it. */
  readonly sent?: SentFromHere;
}

interface SentFromHere {
  /** The ids of the messages that `messageSent` has yet to repeat. */
  readonly own: Set<string>;
  readonly receipts: Receipts | undefined;
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
 * const { mailbox } = await dataOf(session.client.query(Viewer, {}));
 * session.listen(mailbox);
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

/** The login of an account, and what to do with what it receives. */
export interface LogInOptions extends Omit<SessionOptions, 'token'> {
  readonly username: string;
  readonly password: string;
  /**
   * What to do when the account is online: refuse, join the other sessions, or end them.
   * @default 'REFUSE'
   */
  readonly ifOnline?: VariablesOf<typeof Login>['input']['ifOnline'];
}

/**
 * Logs in and starts receiving.
 *
 * @throws {RefusedError} for wrong credentials, too many attempts, or an account that is online.
 * @example
 * const session = await logIn({
 *   url: 'http://127.0.0.1:4000',
 *   username: 'alice',
 *   password: 'correct-horse',
 *   onMessage: ({ senderUsername, text }) => console.log(`${senderUsername}: ${text}`),
 * });
 * await session.send('bob', 'Are you there?');
 */
export async function logIn(options: LogInOptions): Promise<Session> {
  const { url, onRateLimited, username, password, ifOnline } = options;
  const { client } = connect({ url, onRateLimited });
  const input = { username, password, ifOnline };
  const { login } = await dataOf(client.mutation(Login, { input }, overHttp));
  if (login.__typename !== 'LoginSuccess') throw new RefusedError(login.__typename, login.error);
  const session = openSession({ ...options, token: login.token });
  session.listen(login.mailbox);
  return session;
}

interface Streams {
  readonly inbox: Inbox;
  readonly resumePoint: ResumePoint;
  close(): void;
}

function openStreams(
  client: Client,
  { onMessage = () => {}, onHeldBack, onSentElsewhere, onReceipt, first }: SessionHandlers,
  from: ResumePoint & { sent: SentFromHere },
  answered: () => Promise<void>,
): Streams {
  const { sent } = from;
  const inbox = openInbox(client, {
    after: from.deliveredThrough,
    pendingCount: from.pendingCount,
    first: from.first ?? first,
    show: onMessage,
    onHeldBack,
  });
  const elsewhere =
    onSentElsewhere &&
    openSentElsewhere(client, {
      after: from.sentThrough,
      own: sent.own,
      answered,
      show: onSentElsewhere,
    });
  const stopReceipts =
    (onReceipt || sent.receipts) &&
    follow(client, ReceiptReceived, {}, ({ receiptReceived }) => {
      onReceipt?.(receiptReceived);
      sent.receipts?.received(receiptReceived);
    });

  return {
    inbox,
    get resumePoint() {
      const { shownThrough: deliveredThrough, waiting: pendingCount } = inbox;
      const sentThrough = elsewhere?.through ?? from.sentThrough;
      // Messages that are held back stay so.
      const held = pendingCount > 0 ? 0 : Number.POSITIVE_INFINITY;
      return { deliveredThrough, pendingCount, sentThrough, first: held, sent };
    },
    close() {
      inbox.close();
      elsewhere?.close();
      stopReceipts?.();
    },
  };
}

const newSentFromHere = ({ onReceiptUpdate }: SessionHandlers): SentFromHere => ({
  own: new Set(),
  receipts: onReceiptUpdate && trackReceipts(onReceiptUpdate),
});
