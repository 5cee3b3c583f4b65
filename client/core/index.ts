// Everything that a program outside this repository may use.
export { codeOf, dataOf, retryAfterOf } from './answer.ts';
export {
  type Connection,
  type ConnectOptions,
  connect,
  ONCE,
  onceAs,
  type Status,
} from './connect.ts';
export * from './documents.ts';
export { follow } from './follow.ts';
export { isTooLarge } from './guard.ts';
export { type Inbox, type InboxOptions, openInbox } from './inbox.ts';
export { type Limits as ServerLimits, limitsOf } from './limits.ts';
export { type HeldUp, type Outbox, type Outcome, openOutbox, uuid } from './outbox.ts';
export {
  type Outgoing,
  type OutgoingMessages,
  type OutgoingOptions,
  openOutgoing,
  type Shelf,
} from './outgoing.ts';
export { PAGE_SIZE, type Page, pages } from './pages.ts';
export { type Progress, type Reached, type Receipts, trackReceipts } from './receipts.ts';
export { openSentElsewhere, type SentElsewhere, type SentOptions } from './sent.ts';
