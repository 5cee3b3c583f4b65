import { type ApiError, RequestError, sessionEnded } from './errors.ts';
import type {
  Account,
  Conversation,
  IfOnline,
  Mailbox,
  Mark,
  Message,
  Receipt,
  ServerInfo,
  Viewer,
} from './model.ts';

/** Whoever sent this operation: from where, and as whom. */
export interface Caller {
  /** Network address, for limits only. */
  readonly address: string;
  readonly viewer: Viewer | null;
  /** A token was sent that is no longer good, or never was. */
  readonly sessionEnded: boolean;
}

/** A stretch of a list: at most `limit` items between two cursors, each of which may be missing. */
export interface Page<Cursor> {
  readonly after: Cursor | null;
  readonly before: Cursor | null;
  readonly limit: number;
  /** From the end of the stretch backward, and answered in that order: the last item first. */
  readonly backward: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Accounts: open to everyone. */
export interface Accounts {
  create(caller: Caller, input: Credentials): Promise<Account>;
  /** Ordered by username, which is also the cursor. Forward only. */
  matching(term: string, page: Page<string>): Promise<readonly Account[]>;
  changePassword(
    caller: Caller,
    viewer: Viewer,
    input: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<{ readonly token: string; readonly account: Account }>;
  /**
   * `undelivered` has the first `maxUndelivered` of the messages that waited, `undeliveredCount` is
   * how many did.
   */
  delete(
    caller: Caller,
    input: Credentials,
  ): Promise<{
    readonly username: string;
    readonly undelivered: readonly Message[];
    readonly undeliveredCount: number;
  }>;
}

/** Sessions: who may speak for an account, and until when. */
export interface Sessions {
  login(
    caller: Caller,
    input: Credentials & { readonly ifOnline?: IfOnline | null | undefined },
  ): Promise<{ readonly token: string; readonly account: Account; readonly mailbox: Mailbox }>;
  logout(viewer: Viewer): Promise<Account>;
}

/** Messages: the mailbox and what goes into it. */
export interface Messages {
  send(
    sender: Viewer,
    input: {
      readonly to: string;
      readonly text: string;
      readonly clientMessageId?: string | null | undefined;
    },
  ): Promise<Message>;
  /** In order of position, which is also the cursor. Forward only. */
  pending(viewer: Viewer, page: Page<number>): Promise<readonly Message[]>;
  mailbox(viewer: Viewer): Promise<Mailbox>;
  acknowledge(viewer: Viewer, through: number): Promise<Mark>;
  /**
   * What is pending, or comes after `after`, then each new message; fails with SESSION_ENDED when
   * the session ends.
   */
  received(viewer: Viewer, after: number | null): Promise<AsyncIterable<Message>>;
  /**
   * What the account sends from any of its sessions, from now on or after a `sentPosition`; ends
   * as `received`.
   */
  sent(viewer: Viewer, after: number | null): Promise<AsyncIterable<Message>>;
}

/** Conversations: the same messages, by who is at the other end. */
export interface Conversations {
  /** Most recent first; the cursor is the id of the last message. Forward only. */
  list(viewer: Viewer, page: Page<string>): Promise<readonly Conversation[]>;
  /**
   * Both directions, oldest first; the cursor is a `conversationPosition`. `other` is a username or
   * an account's id.
   */
  messages(viewer: Viewer, other: string, page: Page<number>): Promise<readonly Message[]>;
  markRead(
    viewer: Viewer,
    input: { readonly with: string; readonly through: string },
  ): Promise<{ readonly readThrough: string | null; readonly unreadCount: number }>;
}

/** Receipts: how far the recipients of one's messages have got. */
export interface Receipts {
  /** Where every recipient stands now, then each that gets further; ends as `Messages.received`. */
  received(viewer: Viewer): Promise<AsyncIterable<Receipt>>;
}

/** Presence: who is there. */
export interface Presences {
  /** Each account as it is now, then whenever it comes or goes; ends as `Messages.received`. */
  changes(viewer: Viewer, usernames: readonly string[]): Promise<AsyncIterable<Account>>;
}

/** What a resolver may ask for: who is calling, and the ports that the server fulfils. */
export interface Context {
  readonly caller: Caller;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly receipts: Receipts;
  readonly presence: Presences;
  readonly server: ServerInfo;
  /**
   * Collects the refusals that this operation is answered with, since an answer may not name them.
   */
  readonly refusals: ApiError[];
}

/**
 * The viewer of an operation that needs one. @throws {RequestError} UNAUTHENTICATED or
 * SESSION_ENDED.
 */
export function viewer({ caller }: Context): Viewer {
  if (caller.viewer) return caller.viewer;
  throw caller.sessionEnded
    ? sessionEnded()
    : new RequestError(
        'UNAUTHENTICATED',
        'Log in first: send the token of a login as "Authorization: Bearer …".',
      );
}
