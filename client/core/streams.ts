import type { Client } from '@urql/core';
import type { ShownMessage } from './documents/message.ts';
import { ReceiptReceived } from './documents/receipt.ts';
import type { Mailbox } from './documents/session.ts';
import { type Inbox, type InboxOptions, openInbox } from './inbox.ts';
import type { SendDelay } from './outbox.ts';
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
  /** Called when a send has to wait for the server, with the milliseconds until the next try. */
  readonly onSendDelayed?: (reason: SendDelay, milliseconds: number) => void;
  /** Called when a message is held back, with the number that are waiting. */
  readonly onHeldBack?: (waiting: number) => void;
  /**
   * How many of the waiting messages are shown without `deliver`.
   * @default Infinity
   */
  readonly first?: number;
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

/** The streams of a session: its inbox, and the rest that it has a handler for. */
export interface Streams {
  readonly inbox: Inbox;
  readonly resumePoint: ResumePoint;
  close(): void;
}

export function openStreams(
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

export const newSentFromHere = ({ onReceiptUpdate }: SessionHandlers): SentFromHere => ({
  own: new Set(),
  receipts: onReceiptUpdate && trackReceipts(onReceiptUpdate),
});
