// Everything that a program outside this repository may use.

export {
  type Connection,
  type ConnectOptions,
  connect,
  overHttp,
  overHttpAs,
  type Status,
} from './connection.ts';
export * from './documents/index.ts';
export { codeOf, dataOf, fieldOf, RefusedError, retryAfterOf } from './errors.ts';
export { isTooLarge } from './guard.ts';
export { type Inbox, type InboxOptions, openInbox } from './inbox.ts';
export { type Limits as ServerLimits, limitsOf } from './limits.ts';
export { type LogInOptions, logIn } from './log-in.ts';
export { type Outbox, type Outcome, openOutbox, type SendDelay, uuid } from './outbox.ts';
export { PAGE_SIZE, type Page, pages } from './pagination.ts';
export {
  type OutboxStorage,
  openPersistentOutbox,
  type PersistentOutbox,
  type PersistentOutboxOptions,
  type QueuedMessage,
} from './persistent-outbox.ts';
export {
  type Advance,
  type Receipt,
  type Receipts,
  type ReceiptUpdate,
  trackReceipts,
} from './receipts.ts';
export {
  openSentElsewhere,
  type SentElsewhere,
  type SentElsewhereOptions,
} from './sent-elsewhere.ts';
export { openSession, type Session, type SessionOptions } from './session.ts';
export type { ResumePoint, SessionHandlers } from './streams.ts';
export { follow } from './subscription.ts';
export { openTypingNotifier, type TypingNotifier } from './typing.ts';
