import { GraphQLError } from 'graphql';

/** An expected "no" with a message for people. Any other error is a fault, and is masked. */
export abstract class ApiError extends Error {}

export class UsernameTakenError extends ApiError {
  override readonly message = 'This username is taken. Choose another.';
}

export class RegistrationClosedError extends ApiError {
  override readonly message =
    'This server accepts no new accounts. Ask its operator to create one for you.';
}

export class InvalidInvitationError extends ApiError {
  constructor(fault: 'MISSING' | 'UNUSABLE') {
    super(
      fault === 'MISSING'
        ? 'New accounts need an invitation code on this server. Ask its operator for one.'
        : 'This invitation code cannot be used: it is wrong, used up, expired or revoked.',
    );
  }
}

export class InvalidUsernameError extends ApiError {
  override readonly message =
    'A username must have 1 to 32 characters: a to z, 0 to 9, dot, underscore and hyphen, ' +
    'beginning with a letter or digit.';
}

export type PasswordWeakness =
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'NOT_UNICODE'
  | 'BLANK'
  | 'REPEATED'
  | 'SAME_AS_USERNAME'
  | 'COMMON';

const WEAKNESSES: Record<PasswordWeakness, string> = {
  TOO_SHORT: 'The password must have at least 8 characters.',
  TOO_LONG: 'The password must have at most 128 characters.',
  NOT_UNICODE: 'The password contains an invalid character (an unpaired surrogate).',
  BLANK: 'The password must not be blank.',
  REPEATED: 'The password must not be one repeated character.',
  SAME_AS_USERNAME: 'The password must not be the username, even with digits or punctuation added.',
  COMMON: 'This password is too common. Choose another.',
};

export class WeakPasswordError extends ApiError {
  readonly reason: PasswordWeakness;
  constructor(reason: PasswordWeakness) {
    super(WEAKNESSES[reason]);
    this.reason = reason;
  }
}

export class InvalidCredentialsError extends ApiError {
  constructor(message = 'Wrong username or password.') {
    super(message);
  }
}

export class AlreadyLoggedInError extends ApiError {
  override readonly message =
    'Another client is logged in to this account. Log it out first, or log in with ifOnline set ' +
    'to JOIN or REPLACE.';
}

export class RateLimitedError extends ApiError {
  /** Milliseconds until the next attempt can succeed. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super(`Too many attempts. Try again in ${duration(retryAfter)}.`);
    this.retryAfter = Math.ceil(retryAfter);
  }
}

export class AccountNotFoundError extends ApiError {
  override readonly message = 'There is no such account.';
}

export type TextFault = 'EMPTY' | 'TOO_LONG' | 'CONTROL_CHARACTER' | 'NOT_UNICODE';

export class InvalidTextError extends ApiError {
  readonly reason: TextFault;
  /** Maximum number of code points. */
  readonly limit: number;
  /** Number of code points in the text. */
  readonly actual: number;
  constructor(reason: TextFault, limit: number, actual: number) {
    const excess = counted(actual - limit, 'character');
    const messages: Record<TextFault, string> = {
      EMPTY: 'The text is empty.',
      TOO_LONG: `The text is ${excess} over the limit of ${grouped(limit)}.`,
      CONTROL_CHARACTER: 'The text contains a control character. Only newline and tab are allowed.',
      NOT_UNICODE: 'The text contains an invalid character (an unpaired surrogate).',
    };
    super(messages[reason]);
    this.reason = reason;
    this.limit = limit;
    this.actual = actual;
  }
}

export class MailboxFullError extends ApiError {
  /** Maximum number of messages waiting in a mailbox. */
  readonly limit: number;
  constructor(limit: number) {
    super(
      `The recipient's mailbox is full (${counted(limit, 'message')} waiting). ` +
        'Try again once they have read some.',
    );
    this.limit = limit;
  }
}

export class RecipientBlockedError extends ApiError {
  override readonly message = 'The recipient has blocked you. Nothing was sent.';
}

export class CannotBlockSelfError extends ApiError {
  override readonly message = 'You cannot block yourself.';
}

export class ClientMessageIdReusedError extends ApiError {
  /** @param earlier Whether the message that was sent under this id is there, or was deleted. */
  constructor(earlier: 'stored' | 'deleted' = 'stored') {
    super(
      earlier === 'deleted'
        ? 'The message with this clientMessageId was sent before, and has been deleted since.'
        : 'This clientMessageId was already used for another message. Use a new one.',
    );
  }
}

export class BeyondMailboxError extends ApiError {
  /** The position of the mailbox's last message; 0 if it never had one. */
  readonly lastPosition: number;
  constructor(lastPosition: number) {
    super(`The position is past the end of the mailbox (last position: ${lastPosition}).`);
    this.lastPosition = lastPosition;
  }
}

export class MessageNotFoundError extends ApiError {
  override readonly message = 'The conversation has no message with this id.';
}

/** A request that cannot be answered: a GraphQL error whose `extensions.code` is for programs. */
export class RequestError extends GraphQLError {
  constructor(
    code: 'UNAUTHENTICATED' | 'SESSION_ENDED' | 'BAD_USER_INPUT' | 'LIMIT_EXCEEDED',
    message: string,
  ) {
    super(message, { extensions: { code } });
  }
}

/** The session has ended: by logout, replacement, a password change, deletion, or disuse. */
export const sessionEnded = (): RequestError =>
  new RequestError('SESSION_ENDED', 'The session has ended. Log in again.');

/** A time to wait, rounded up: "45 seconds", "12 minutes" or "1 hour". */
function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1_000));
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 60) return counted(seconds, 'second');
  return minutes < 60 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

/** A number with its noun: "1 message", "10,000 messages". */
const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

const grouped = (count: number): string => count.toLocaleString('en-US');
