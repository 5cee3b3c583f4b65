import type { Client } from '@urql/core';
import type { ShownMessage } from '../../core/documents/message.ts';
import { ReceiptReceived } from '../../core/documents/receipt.ts';
import type { Mailbox } from '../../core/documents/session.ts';
import type { ResultOf } from '../../core/graphql.ts';
import { openInbox } from '../../core/inbox.ts';
import type { Outbox } from '../../core/outbox.ts';
import { openSentElsewhere } from '../../core/sent-elsewhere.ts';
import { follow } from '../../core/subscription.ts';
import { batchByFrame } from './frame-batch.ts';

export type Receipt = ResultOf<typeof ReceiptReceived>['receiptReceived'];

interface StreamsOptions {
  /** The state of the mailbox when the session began. */
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  /** Shows received messages, as many as arrive within one frame. */
  onReceived(messages: readonly ShownMessage[]): void;
  /** Called with each message that another client of the account sends. */
  onSent(message: ShownMessage): void;
  onReceipt(receipt: Receipt): void;
}

/** What the server sends to a session. */
export interface Streams {
  /** The position through which messages have been shown. */
  readonly shownThrough: number;
  close(): void;
}

export function openStreams(client: Client, options: StreamsOptions): Streams {
  const { deliveredThrough, pendingCount, sentThrough } = options.mailbox;
  const elsewhere = openSentElsewhere(client, {
    after: sentThrough,
    own: new Set(),
    answered: options.outbox.answered,
    show: options.onSent,
  });
  const stopReceipts = follow(client, ReceiptReceived, {}, ({ receiptReceived }) =>
    options.onReceipt(receiptReceived),
  );
  const inbox = openInbox(client, {
    after: deliveredThrough,
    pendingCount,
    show: batchByFrame(options.onReceived),
  });
  return {
    get shownThrough() {
      return inbox.shownThrough;
    },
    close() {
      for (const stop of [elsewhere.close, stopReceipts, inbox.close]) stop();
    },
  };
}
