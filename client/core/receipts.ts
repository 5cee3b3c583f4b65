import type { ShownMessage } from './documents/message.ts';
import type { ReceiptReceived } from './documents/receipt.ts';
import type { ResultOf } from './graphql.ts';

/** How far a recipient has received and read what the viewer sent. */
export type Receipt = ResultOf<typeof ReceiptReceived>['receiptReceived'];

/** The last of the messages that a recipient has newly got or read, and how many these are. */
export interface Advance {
  readonly count: number;
  readonly text: string;
}

/**
 * What a receipt says of the messages that were sent from here. At least one of the two is not
 * null.
 */
export interface ReceiptUpdate {
  readonly receipt: Receipt;
  /** Without those that are also read by now. */
  readonly delivered: Advance | null;
  readonly read: Advance | null;
}

/** How far recipients have got with what was sent from here: each advance is told once. */
export interface Receipts {
  /** Takes note of a message that was sent from here. Its receipt may have come before. */
  sent(message: ShownMessage): void;
  received(receipt: Receipt): void;
}

interface Recipient {
  receipt?: Receipt;
  /** What they have not read, oldest first. */
  unread: ShownMessage[];
  /** How many of these are known to be delivered. */
  delivered: number;
}

export function trackReceipts(tell: (progress: ReceiptUpdate) => void): Receipts {
  const recipients = new Map<string, Recipient>();

  function recipient(id: string): Recipient {
    const known = recipients.get(id) ?? { unread: [], delivered: 0 };
    recipients.set(id, known);
    return known;
  }

  function look(known: Recipient): void {
    const { receipt, unread } = known;
    if (!receipt) return;
    const read = countThrough(unread, receipt.readThrough);
    const knownDelivered = Math.max(known.delivered, read);
    const delivered = Math.max(knownDelivered, countThrough(unread, receipt.deliveredThrough));
    const progress = {
      receipt,
      delivered: reached(unread, knownDelivered, delivered),
      read: reached(unread, 0, read),
    };
    known.delivered = delivered - read;
    known.unread = unread.slice(read);
    if (progress.delivered || progress.read) tell(progress);
  }

  return {
    sent(message) {
      // One has got what one sends to oneself: it is in one's own mailbox, and so has a position.
      if (message.position !== null) return;
      const known = recipient(message.recipient.id);
      known.unread.push(message);
      look(known);
    },
    received(receipt) {
      const known = recipient(receipt.by.id);
      known.receipt = receipt;
      look(known);
    },
  };
}

/**
 * How many of these were sent no later than the message of this id: ids sort by the time of
 * sending.
 */
const countThrough = (messages: readonly ShownMessage[], id: string | null): number =>
  id === null ? 0 : messages.findLastIndex((message) => message.id <= id) + 1;

function reached(messages: readonly ShownMessage[], from: number, to: number): Advance | null {
  const last = messages[to - 1];
  return last && to > from ? { count: to - from, text: last.text } : null;
}
