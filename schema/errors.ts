import { GraphQLError } from 'graphql';

/**
 * A "no" that the caller is meant to read. Anything else that is thrown is a fault, and is masked.
 */
export abstract class ApiError extends Error {}

export class UsernameTakenError extends ApiError {
  override readonly message = 'This username is taken.';
}

export class InvalidUsernameError extends ApiError {
  override readonly message =
    'A username has 1 to 32 characters: letters a to z, digits, dot, underscore and hyphen, beginning with a letter or a digit.';
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
  TOO_SHORT: 'A password has at least 8 characters.',
  TOO_LONG: 'A password has at most 128 characters.',
  NOT_UNICODE: 'A password is well-formed Unicode; this one has an unpaired surrogate.',
  BLANK: 'A password needs characters that can be seen.',
  REPEATED: 'A password must not be one character again and again.',
  SAME_AS_USERNAME:
    'A password must not be the username, nor the username with digits or punctuation.',
  COMMON: 'This password is too common.',
};

export class WeakPasswordError extends ApiError {
  readonly reason: PasswordWeakness;
  constructor(reason: PasswordWeakness) {
    super(WEAKNESSES[reason]);
    this.reason = reason;
  }
}

export class InvalidCredentialsError extends ApiError {
  override readonly message = 'There is no account with this username and password.';
}

export class AlreadyLoggedInError extends ApiError {
  override readonly message = 'Another client is logged in to this account.';
}

export class RateLimitedError extends ApiError {
  override readonly message = 'Too many attempts: wait a moment and try again.';
  /** Milliseconds until another attempt can succeed. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super();
    this.retryAfter = Math.ceil(retryAfter);
  }
}

export class AccountNotFoundError extends ApiError {
  override readonly message = 'There is no account with this username.';
}

export type TextFault = 'EMPTY' | 'TOO_LONG' | 'CONTROL_CHARACTER' | 'NOT_UNICODE';

export class InvalidTextError extends ApiError {
  readonly reason: TextFault;
  /** The most code points that a text may have. */
  readonly limit: number;
  /** The code points that this text has. */
  readonly actual: number;
  constructor(reason: TextFault, limit: number, actual: number) {
    const messages: Record<TextFault, string> = {
      EMPTY: 'A message needs a text.',
      TOO_LONG: `A text has at most ${limit} characters; this one has ${actual}.`,
      CONTROL_CHARACTER: 'A text holds no control characters but newline and tab.',
      NOT_UNICODE: 'A text is well-formed Unicode; this one has half a surrogate pair.',
    };
    super(messages[reason]);
    this.reason = reason;
    this.limit = limit;
    this.actual = actual;
  }
}

export class MailboxFullError extends ApiError {
  /** The most messages that may wait in a mailbox. */
  readonly limit: number;
  constructor(limit: number) {
    super(
      `The recipient has as many messages waiting as fit, ${limit}, and must fetch some first.`,
    );
    this.limit = limit;
  }
}

export class ClientMessageIdReusedError extends ApiError {
  override readonly message = 'This clientMessageId belongs to another message.';
}

export class BeyondMailboxError extends ApiError {
  /** The position of the mailbox's last message; 0 when it never had one. */
  readonly lastPosition: number;
  constructor(lastPosition: number) {
    super(`The mailbox ends at position ${lastPosition}.`);
    this.lastPosition = lastPosition;
  }
}

export class MessageNotFoundError extends ApiError {
  override readonly message = 'There is no message with this id in this conversation.';
}

/**
 * A "no" that is not an answer of one operation: a GraphQL error whose `extensions.code` is for
 * programs.
 */
export class RequestError extends GraphQLError {
  constructor(
    code: 'UNAUTHENTICATED' | 'SESSION_ENDED' | 'BAD_USER_INPUT' | 'LIMIT_EXCEEDED',
    message: string,
  ) {
    super(message, { extensions: { code } });
  }
}

/**
 * The session is over: it was logged out, replaced, unused for too long, or its account is gone.
 */
export const sessionEnded = (): RequestError =>
  new RequestError('SESSION_ENDED', 'This session has ended: log in again.');
