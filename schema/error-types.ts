import { builder } from './builder.ts';
import {
  AccountNotFoundError,
  AlreadyLoggedInError,
  type ApiError,
  BeyondMailboxError,
  CannotBlockSelfError,
  ClientMessageIdReusedError,
  InvalidCredentialsError,
  InvalidInvitationError,
  InvalidTextError,
  InvalidUsernameError,
  MailboxFullError,
  MessageNotFoundError,
  type PasswordWeakness,
  RateLimitedError,
  RecipientBlockedError,
  RegistrationClosedError,
  type TextFault,
  UsernameTakenError,
  WeakPasswordError,
} from './errors.ts';

const ErrorInterface = builder.interfaceRef<ApiError>('Error').implement({
  description:
    "An expected 'no'. Its __typename is the code for programs, its message a sentence for people.",
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A sentence for people. It may change; the __typename does not.',
    }),
  }),
});
const interfaces = [ErrorInterface];

const PasswordWeaknessEnum = builder.enumType('PasswordWeakness', {
  description: 'Why a password was refused.',
  values: {
    TOO_SHORT: { description: 'Fewer than 8 code points.' },
    TOO_LONG: { description: 'More than 128 code points.' },
    NOT_UNICODE: { description: 'An unpaired surrogate.' },
    BLANK: { description: 'Only white space and invisible characters.' },
    REPEATED: { description: 'One character, repeated.' },
    SAME_AS_USERNAME: {
      description:
        'Only the username, digits and punctuation, also reversed or with digits in place of ' +
        'letters.',
    },
    COMMON: {
      description: 'One of the most common passwords, ignoring case, spaces and punctuation.',
    },
  } satisfies Record<PasswordWeakness, object>,
});

const TextFaultEnum = builder.enumType('TextFault', {
  description: 'Why a text was refused.',
  values: {
    EMPTY: { description: 'Only white space and invisible characters.' },
    TOO_LONG: { description: 'More code points than the limit.' },
    CONTROL_CHARACTER: { description: 'A control character other than newline and tab.' },
    NOT_UNICODE: { description: 'An unpaired surrogate.' },
  } satisfies Record<TextFault, object>,
});

builder.objectType(UsernameTakenError, {
  name: 'UsernameTakenError',
  description: 'Another account has this username.',
  interfaces,
});

builder.objectType(RegistrationClosedError, {
  name: 'RegistrationClosedError',
  description: 'Only an operator can create accounts on this server.',
  interfaces,
});

builder.objectType(InvalidInvitationError, {
  name: 'InvalidInvitationError',
  description: 'The invitation code is missing, wrong, used up, expired or revoked.',
  interfaces,
});

builder.objectType(InvalidUsernameError, {
  name: 'InvalidUsernameError',
  description:
    'The username does not match [a-z0-9][a-z0-9._-]{0,31} after trimming, NFKC and lower-casing.',
  interfaces,
});

builder.objectType(WeakPasswordError, {
  name: 'WeakPasswordError',
  description: 'The password is too weak.',
  interfaces,
  fields: (t) => ({
    reason: t.expose('reason', {
      type: PasswordWeaknessEnum,
      description: 'The reason for the refusal.',
    }),
  }),
});

builder.objectType(InvalidCredentialsError, {
  name: 'InvalidCredentialsError',
  description:
    'The username or the password is wrong; the error does not say which. Or both are right, and ' +
    'an operator has disabled the account, as its message then says.',
  interfaces,
});

builder.objectType(AlreadyLoggedInError, {
  name: 'AlreadyLoggedInError',
  description: 'Another client of the account is online. Set `ifOnline` to log in anyway.',
  interfaces,
});

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Too many attempts.',
  interfaces,
  fields: (t) => ({
    retryAfter: t.exposeInt('retryAfter', {
      description: 'Milliseconds until the next attempt can succeed.',
    }),
  }),
});

builder.objectType(AccountNotFoundError, {
  name: 'AccountNotFoundError',
  description: 'There is no account with this username or id.',
  interfaces,
});

builder.objectType(InvalidTextError, {
  name: 'InvalidTextError',
  description: 'The text cannot be sent.',
  interfaces,
  fields: (t) => ({
    reason: t.expose('reason', { type: TextFaultEnum, description: 'The reason for the refusal.' }),
    limit: t.exposeInt('limit', { description: 'Maximum number of code points.' }),
    actual: t.exposeInt('actual', { description: 'Number of code points in this text.' }),
  }),
});

builder.objectType(MailboxFullError, {
  name: 'MailboxFullError',
  description: "The recipient's mailbox is full. Nothing was stored.",
  interfaces,
  fields: (t) => ({
    limit: t.exposeInt('limit', {
      description: 'Maximum number of messages waiting in a mailbox.',
    }),
  }),
});

builder.objectType(RecipientBlockedError, {
  name: 'RecipientBlockedError',
  description: 'The recipient blocks the viewer. Nothing was stored.',
  interfaces,
});

builder.objectType(CannotBlockSelfError, {
  name: 'CannotBlockSelfError',
  description: 'An account cannot block itself.',
  interfaces,
});

builder.objectType(ClientMessageIdReusedError, {
  name: 'ClientMessageIdReusedError',
  description: 'The sender already used this clientMessageId for another recipient or text.',
  interfaces,
});

builder.objectType(BeyondMailboxError, {
  name: 'BeyondMailboxError',
  description: 'The position is past the end of the mailbox. Nothing was acknowledged.',
  interfaces,
  fields: (t) => ({
    lastPosition: t.exposeInt('lastPosition', {
      description: 'The position of the last message; 0 if there never was one.',
    }),
  }),
});

builder.objectType(MessageNotFoundError, {
  name: 'MessageNotFoundError',
  description: 'The conversation has no message with this id. Nothing was marked as read.',
  interfaces,
});
