import { builder } from './builder.ts';
import {
  AccountNotFoundError,
  AlreadyLoggedInError,
  type ApiError,
  BeyondMailboxError,
  ClientMessageIdReusedError,
  InvalidCredentialsError,
  InvalidTextError,
  InvalidUsernameError,
  MailboxFullError,
  MessageNotFoundError,
  type PasswordWeakness,
  RateLimitedError,
  type TextFault,
  UsernameTakenError,
  WeakPasswordError,
} from './errors.ts';

const RefusalInterface = builder.interfaceRef<ApiError>('Error').implement({
  description:
    "An expected 'no'. Its __typename is the code for programs, its message a sentence for people.",
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'One sentence for people. It may change; the __typename does not.',
    }),
  }),
});
const interfaces = [RefusalInterface];

const PasswordWeaknessEnum = builder.enumType('PasswordWeakness', {
  description: 'Why a password is refused.',
  values: {
    TOO_SHORT: { description: 'Fewer than 8 code points.' },
    TOO_LONG: { description: 'More than 128 code points.' },
    NOT_UNICODE: { description: 'An unpaired surrogate.' },
    BLANK: { description: 'Nothing but white space and invisible characters.' },
    REPEATED: { description: 'One character, repeated.' },
    SAME_AS_USERNAME: {
      description:
        'Nothing but the username, digits and punctuation; also backward, and with digits for letters.',
    },
    COMMON: {
      description:
        'On a list of the most common passwords, apart from case, spaces and punctuation.',
    },
  } satisfies Record<PasswordWeakness, object>,
});

const TextFaultEnum = builder.enumType('TextFault', {
  description: 'Why a text is refused.',
  values: {
    EMPTY: { description: 'Nothing in it but white space.' },
    TOO_LONG: { description: 'More code points than the limit.' },
    CONTROL_CHARACTER: { description: 'A control character other than newline and tab.' },
    NOT_UNICODE: { description: 'Half a surrogate pair.' },
  } satisfies Record<TextFault, object>,
});

builder.objectType(UsernameTakenError, {
  name: 'UsernameTakenError',
  description: 'Somebody has this username already.',
  interfaces,
});

builder.objectType(InvalidUsernameError, {
  name: 'InvalidUsernameError',
  description:
    'Trimmed and folded (NFKC, lower case), a username must match [a-z0-9][a-z0-9._-]{0,31}.',
  interfaces,
});

builder.objectType(WeakPasswordError, {
  name: 'WeakPasswordError',
  description: 'The password is too weak.',
  interfaces,
  fields: (t) => ({
    reason: t.expose('reason', {
      type: PasswordWeaknessEnum,
      description: 'What is wrong with it.',
    }),
  }),
});

builder.objectType(InvalidCredentialsError, {
  name: 'InvalidCredentialsError',
  description: 'The username or the password is wrong; which of the two is not told.',
  interfaces,
});

builder.objectType(AlreadyLoggedInError, {
  name: 'AlreadyLoggedInError',
  description:
    'Another client of this account is online. To log in all the same, choose `ifOnline`.',
  interfaces,
});

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Too often in too short a time.',
  interfaces,
  fields: (t) => ({
    retryAfter: t.exposeInt('retryAfter', {
      description: 'Milliseconds until another attempt can succeed.',
    }),
  }),
});

builder.objectType(AccountNotFoundError, {
  name: 'AccountNotFoundError',
  description: 'Nobody has this username.',
  interfaces,
});

builder.objectType(InvalidTextError, {
  name: 'InvalidTextError',
  description: 'The text cannot be a message.',
  interfaces,
  fields: (t) => ({
    reason: t.expose('reason', { type: TextFaultEnum, description: 'What is wrong with it.' }),
    limit: t.exposeInt('limit', { description: 'The most code points that a text may have.' }),
    actual: t.exposeInt('actual', { description: 'The code points that this text has.' }),
  }),
});

builder.objectType(MailboxFullError, {
  name: 'MailboxFullError',
  description: 'The recipient has too many messages waiting. Nothing was stored.',
  interfaces,
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'The most messages that may wait in a mailbox.' }),
  }),
});

builder.objectType(ClientMessageIdReusedError, {
  name: 'ClientMessageIdReusedError',
  description:
    'The sender used this clientMessageId before, for another recipient or another text.',
  interfaces,
});

builder.objectType(BeyondMailboxError, {
  name: 'BeyondMailboxError',
  description: 'The position is after the end of the mailbox, so nothing was acknowledged.',
  interfaces,
  fields: (t) => ({
    lastPosition: t.exposeInt('lastPosition', {
      description: 'The position of the last message; 0 when there never was one.',
    }),
  }),
});

builder.objectType(MessageNotFoundError, {
  name: 'MessageNotFoundError',
  description: 'No message of this conversation has this id, so nothing was marked.',
  interfaces,
});
