// Everything that a program outside this repository may use.

export {
  type Connection,
  type ConnectOptions,
  connect,
  ONCE,
  onceAs,
  type Status,
} from './connection.ts';
export * from './documents.ts';
export { codeOf, dataOf, retryAfterOf } from './errors.ts';
export { isTooLarge } from './guard.ts';
export { type Inbox, type InboxOptions, openInbox } from './inbox.ts';
export { type Limits as ServerLimits, limitsOf } from './limits.ts';
export { type HeldUp, type Outbox, type Outcome, openOutbox, uuid } from './outbox.ts';
export { PAGE_SIZE, type Page, pages } from './pagination.ts';
export {
  type Outgoing,
  type OutgoingMessages,
  type OutgoingOptions,
  openOutgoing,
  type Shelf,
} from './persistent-outbox.ts';
export { type Progress, type Reached, type Receipts, trackReceipts } from './receipts.ts';
export { openSentElsewhere, type SentElsewhere, type SentOptions } from './sent-elsewhere.ts';
export { follow } from './subscription.ts';
