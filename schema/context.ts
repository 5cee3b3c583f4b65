import { type ApiError, RequestError, sessionEnded } from './errors.ts';
import type { Limits } from './limits.ts';
import type {
  Account,
  Acknowledgement,
  BlockedAccount,
  Conversation,
  ConversationSummary,
  FoundMessage,
  IfOnline,
  Mailbox,
  Marks,
  Message,
  Node,
  Receipt,
  Registration,
  Viewer,
} from './model.ts';

/** The sender of an operation. */
export interface Caller {
  /** Network address, for limits only. */
  readonly address: string;
  readonly viewer: Viewer | null;
  /** Whether a token was sent that is not, or no longer, valid. */
  readonly sessionEnded: boolean;
}

/** The part of a list that follows a cursor, or that starts at the beginning. */
export interface ForwardPage<Cursor> {
  readonly after: Cursor | null;
  /** The most items to return. */
  readonly limit: number;
}

/** The part of a list between two cursors, each of which may be missing. */
export interface Page<Cursor> extends ForwardPage<Cursor> {
  readonly before: Cursor | null;
  /** Whether to return the last items of the part instead of the first, in reverse order. */
  readonly backward: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Accounts. No login is needed, except to change a password. */
export interface Accounts {
  create(
    caller: Caller,
    input: Credentials & { readonly invitationCode?: string | null | undefined },
  ): Promise<Account>;
  /** The account with this username, in any spelling that folds to it. */
  named(username: string): Promise<Account | null>;
  /** Ordered by username, which is also the cursor. */
  matching(term: string, page: ForwardPage<string>): Promise<readonly Account[]>;
  changePassword(
    caller: Caller,
    viewer: Viewer,
    input: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<{ readonly token: string; readonly account: Account }>;
  /**
   * `undelivered` has the first `maxUndelivered` waiting messages; `undeliveredCount` counts all.
   */
  delete(
    caller: Caller,
    input: Credentials,
  ): Promise<{
    readonly account: Account;
    readonly undelivered: readonly Message[];
    readonly undeliveredCount: number;
  }>;
}

/** Sessions: login and logout. */
export interface Sessions {
  login(
    caller: Caller,
    input: Credentials & { readonly ifOnline?: IfOnline | null | undefined },
  ): Promise<{ readonly token: string; readonly account: Account; readonly mailbox: Mailbox }>;
  logout(viewer: Viewer): Promise<Account>;
}

/** Messages: sending, and the viewer's mailbox. */
export interface Messages {
  send(
    sender: Viewer,
    input: {
      /** A username or an account id. */
      readonly to: string;
      readonly text: string;
      readonly clientMessageId?: string | null | undefined;
    },
  ): Promise<Message>;
  /** Ordered by position, which is also the cursor. */
  pending(viewer: Viewer, page: ForwardPage<number>): Promise<readonly Message[]>;
  mailbox(viewer: Viewer): Promise<Mailbox>;
  acknowledge(viewer: Viewer, through: number): Promise<Acknowledgement>;
  /** What an acknowledgement made delivered, ordered like `pending`. */
  acknowledged(
    viewer: Viewer,
    acknowledgement: Acknowledgement,
    page: ForwardPage<number>,
  ): Promise<readonly Message[]>;
  /** What the account sent or received, newest first; the cursor is the `searchPosition`. */
  search(
    viewer: Viewer,
    matching: string,
    page: ForwardPage<number>,
  ): Promise<readonly FoundMessage[]>;
  /**
   * The pending messages, or those after a position, then each new one. Fails with SESSION_ENDED
   * when the session ends.
   */
  received(viewer: Viewer, after: number | null): Promise<AsyncIterable<Message>>;
  /**
   * What the account sends from any session, from now on or after a `sentPosition`. Ends like
   * `received`.
   */
  sent(viewer: Viewer, after: number | null): Promise<AsyncIterable<Message>>;
}

/**
 * Conversations: messages by counterpart. What an operation reads of several conversations at the
 * same level of its document is read together.
 */
export interface Conversations {
  /** Most recent first; the cursor is the id of the last message. */
  list(viewer: Viewer, page: ForwardPage<string>): Promise<readonly Conversation[]>;
  /** The conversation with a username or account id; null if there is no such account. */
  with(viewer: Viewer, other: string): Promise<Conversation | null>;
  /** The conversation that a message belongs to, as the caller sees it. Reads nothing. */
  of(message: Message, caller: Caller): Conversation;
  summary(conversation: Conversation): Promise<ConversationSummary>;
  /** How far the counterpart has got. */
  marks(conversation: Conversation): Promise<Marks>;
  /** Both directions, oldest first; the cursor is a `conversationPosition`. */
  messages(conversation: Conversation, page: Page<number>): Promise<readonly Message[]>;
  markRead(
    viewer: Viewer,
    input: { readonly with: string; readonly through: string },
  ): Promise<Conversation>;
}

/** Receipts: which of the viewer's messages were delivered and read. */
export interface Receipts {
  /** The current receipt of each recipient, then each change. Ends like `Messages.received`. */
  received(viewer: Viewer): Promise<AsyncIterable<Receipt>>;
  /** Whether the caller may know that a message was delivered and read. Read together. */
  mayShow(message: Message, caller: Caller): Promise<boolean>;
}

/** Presence: which accounts are online. */
export interface Presence {
  /** What an operation asks of several accounts at the same level is read together. */
  online(viewer: Viewer, account: Account): Promise<boolean>;
  /** Each account as it is now, then each change. Ends like `Messages.received`. */
  changes(viewer: Viewer, usernames: readonly string[]): Promise<AsyncIterable<Account>>;
}

/** Blocks: whose messages the viewer refuses. */
export interface Blocks {
  /** Blocks an account, named by username or id. No message of it is accepted afterwards. */
  block(viewer: Viewer, account: string): Promise<Account>;
  unblock(viewer: Viewer, account: string): Promise<Account>;
  /** The last blocked first; the cursor is the id of the block. */
  list(viewer: Viewer, page: ForwardPage<string>): Promise<readonly BlockedAccount[]>;
  /** What an operation asks of several accounts at the same level is read together. */
  isBlocked(viewer: Viewer, account: Account): Promise<boolean>;
}

/** Typing: who is writing a message at the moment. Nothing of it is stored. */
export interface Typing {
  /** Whether the counterpart is typing. Reads nothing. */
  isTyping(conversation: Conversation): boolean;
  /** Tells the counterpart whether the viewer is typing. */
  set(
    viewer: Viewer,
    input: { readonly with: string; readonly typing: boolean },
  ): Promise<Conversation>;
  /** Those conversations in which the counterpart types, then each change. */
  changes(viewer: Viewer, ids: readonly string[]): Promise<AsyncIterable<Conversation>>;
}

/** Everything that has an id. */
export interface Nodes {
  /** Null for an id that does not exist, and for one that the caller may not see. */
  find(id: string, caller: Caller): Promise<Node | null>;
}

/** What clients can learn about the server. */
export interface ServerInfo {
  readonly version: string;
  readonly registration: Registration;
  /** Days after which a delivered message is deleted; null when messages are kept. */
  readonly retentionDays: number | null;
  readonly limits: Limits;
}

/** What a resolver may use: the caller, and the ports that the server implements. */
export interface Context {
  readonly caller: Caller;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly receipts: Receipts;
  readonly presence: Presence;
  readonly blocks: Blocks;
  readonly typing: Typing;
  readonly nodes: Nodes;
  readonly server: ServerInfo;
  /** The expected errors that the operation is answered with. For the log and the metrics. */
  readonly refusals: ApiError[];
}

/**
 * Returns the viewer of an operation that needs one. @throws {RequestError} UNAUTHENTICATED or
 * SESSION_ENDED.
 */
export function viewer({ caller }: Context): Viewer {
  const found = viewerIfAny(caller);
  if (found) return found;
  throw new RequestError(
    'UNAUTHENTICATED',
    'Not logged in. Send a session token as "Authorization: Bearer …".',
  );
}

/** Returns the viewer; null if no token was sent. @throws {RequestError} SESSION_ENDED. */
export function viewerIfAny({ viewer, sessionEnded: ended }: Caller): Viewer | null {
  if (ended) throw sessionEnded();
  return viewer;
}
