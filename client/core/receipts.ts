import type { ShownMessage } from './documents/message.ts';
import type { ReceiptReceived } from './documents/receipt.ts';
import type { ResultOf } from './graphql.ts';

/** How far a recipient has received and read what the viewer sent. */
export type Receipt = ResultOf<typeof ReceiptReceived>['receiptReceived'];

/** The newest message reached by an advance, and how many messages it covers. */
export interface Advance {
  readonly count: number;
  readonly text: string;
}

/** A receipt for messages sent from here. `delivered`, `read` or both are set. */
export interface ReceiptUpdate {
  readonly receipt: Receipt;
  /** Excludes messages that are also read. */
  readonly delivered: Advance | null;
  readonly read: Advance | null;
}

/** Tracks how far recipients have received and read the messages sent from here. */
export interface Receipts {
  /** Adds a message sent from here. Its receipt may have arrived before. */
  sent(message: ShownMessage): void;
  /** Adds a receipt. */
  received(receipt: Receipt): void;
}

interface Recipient {
  receipt?: Receipt;
  /** The unread messages, oldest first. */
  unread: ShownMessage[];
  /** How many of them are known to be delivered. */
  delivered: number;
}

/**
 * Tracks receipts, and reports each advance once.
 *
 * @example
 * const receipts = trackReceipts(({ receipt, read }) => console.log(receipt.by.username, read));
 * follow(client, ReceiptReceived, {}, (data) => receipts.received(data.receiptReceived));
 */
export function trackReceipts(onUpdate: (update: ReceiptUpdate) => void): Receipts {
  const recipients = new Map<string, Recipient>();

  function recipient(id: string): Recipient {
    const known = recipients.get(id) ?? { unread: [], delivered: 0 };
    recipients.set(id, known);
    return known;
  }

  function report(known: Recipient): void {
    const { receipt, unread } = known;
    if (!receipt) return;
    const read = countThrough(unread, receipt.readThrough);
    const knownDelivered = Math.max(known.delivered, read);
    const delivered = Math.max(knownDelivered, countThrough(unread, receipt.deliveredThrough));
    const update = {
      receipt,
      delivered: advance(unread, knownDelivered, delivered),
      read: advance(unread, 0, read),
    };
    known.delivered = delivered - read;
    known.unread = unread.slice(read);
    if (update.delivered || update.read) onUpdate(update);
  }

  return {
    sent(message) {
      // A message to oneself, which has a position, needs no receipt.
      if (message.position !== null) return;
      const known = recipient(message.conversation.counterpartId);
      known.unread.push(message);
      report(known);
    },
    received(receipt) {
      const known = recipient(receipt.by.id);
      known.receipt = receipt;
      report(known);
    },
  };
}

/** Counts the messages up to and including an id: ids sort by the time of sending. */
const countThrough = (messages: readonly ShownMessage[], id: string | null): number =>
  id === null ? 0 : messages.findLastIndex((message) => message.id <= id) + 1;

function advance(messages: readonly ShownMessage[], from: number, to: number): Advance | null {
  const last = messages[to - 1];
  return last && to > from ? { count: to - from, text: last.text } : null;
}
