import {
  type Account,
  type IfOnline,
  type Message,
  RequestError,
  type ServerInfo,
  sessionEnded,
  type Viewer,
} from './model.ts';

/** Whoever sent this operation: from where, and as whom. */
export interface Caller {
  /** Network address, for limits only. */
  readonly address: string;
  readonly viewer: Viewer | null;
  /** A token was sent that is no longer good, or never was. */
  readonly sessionEnded: boolean;
}

/** A stretch of a list in its order: at most `limit` items behind `after`, from the start without it. */
export interface Page<Cursor> {
  readonly after: Cursor | null;
  readonly limit: number;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Accounts: open to everyone. */
export interface Accounts {
  create(caller: Caller, input: Credentials): Promise<Account>;
  /** Ordered by username; `after` is a username. */
  matching(term: string, page: Page<string>): Promise<readonly Account[]>;
  changePassword(
    caller: Caller,
    viewer: Viewer,
    input: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<{ readonly token: string; readonly account: Account }>;
  delete(
    caller: Caller,
    input: Credentials,
  ): Promise<{ readonly username: string; readonly undelivered: readonly Message[] }>;
}

/** Sessions: who may speak for an account, and until when. */
export interface Sessions {
  login(
    caller: Caller,
    input: Credentials & { readonly ifOnline?: IfOnline | null | undefined },
  ): Promise<{ readonly token: string; readonly account: Account; readonly pendingCount: number }>;
  logout(viewer: Viewer): Promise<Account>;
}

/** Messages: the mailbox and what goes into it. */
export interface Messages {
  send(
    sender: Viewer,
    input: { readonly to: string; readonly text: string; readonly clientMessageId?: string | null | undefined },
  ): Promise<Message>;
  /** In order of position; `after` is a position. */
  pending(viewer: Viewer, page: Page<number>): Promise<readonly Message[]>;
  pendingCount(viewer: Viewer): Promise<number>;
  acknowledge(
    viewer: Viewer,
    through: number,
  ): Promise<{ readonly deliveredThrough: number; readonly pendingCount: number }>;
  /** What is pending, or lies behind `after`, then each new message; fails with SESSION_ENDED when the session ends. */
  received(viewer: Viewer, after: number | null): Promise<AsyncIterable<Message>>;
}

/** What a resolver may ask for: who is calling, and the ports that the server fulfils. */
export interface Context {
  readonly caller: Caller;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly messages: Messages;
  readonly server: ServerInfo;
}

/** The viewer of an operation that needs one. @throws {RequestError} UNAUTHENTICATED or SESSION_ENDED. */
export function viewer({ caller }: Context): Viewer {
  if (caller.viewer) return caller.viewer;
  throw caller.sessionEnded
    ? sessionEnded()
    : new RequestError('UNAUTHENTICATED', 'Log in first: send the token of a login as "Authorization: Bearer …".');
}
