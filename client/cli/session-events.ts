import type { SendDelay } from '../core/outbox.ts';
import type { ReceiptUpdate } from '../core/receipts.ts';
import type { SessionHandlers } from '../core/streams.ts';
import { type Event, written } from './event.ts';

/** Reports everything that a session receives. */
export const reportReceived = (say: (event: Event) => void): SessionHandlers => ({
  onMessage: (message) =>
    say({ event: 'message', ...written(message), position: message.position }),
  onHeldBack: (count) => say({ event: 'waiting', count, arrived: true }),
  onSentElsewhere: (message) => say({ event: 'sentElsewhere', ...written(message) }),
  onReceipt: ({ by, deliveredThrough, readThrough }) =>
    say({ event: 'marks', counterpartId: by.id, deliveredThrough, readThrough }),
  onReceiptUpdate: (update) => say(receiptEvent(update)),
  onSendDelayed: (reason, milliseconds) => say(delayEvent(reason, milliseconds)),
});

const receiptEvent = ({ receipt, delivered, read }: ReceiptUpdate): Event => ({
  event: 'receipt',
  by: receipt.by.username,
  counterpartId: receipt.by.id,
  deliveredThrough: receipt.deliveredThrough,
  readThrough: receipt.readThrough,
  delivered,
  read,
});

const delayEvent = (code: SendDelay, retryAfter: number): Event => ({
  event: 'delay',
  code,
  retryAfter,
  message:
    code === 'UNAVAILABLE'
      ? "The server's database is unavailable. Your message will be sent when it is back."
      : `You are sending too fast. Your message will be sent in ${Math.ceil(retryAfter / 1_000)} s.`,
});
