import type { ShownMessage } from '../core/documents/message.ts';
import type { Advance } from '../core/receipts.ts';

/** The fields that every event about a message has. */
export interface Written {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The account on the other side, by the id that reaches it even if its username is reused. */
  readonly counterpartId: string;
  readonly text: string;
  readonly sentAt: string;
}

/** The delivery state of a message, for its sender and its recipient. */
export interface Mark {
  /** Whether the viewer sent it. */
  readonly own: boolean;
  readonly delivered: boolean;
  readonly read: boolean;
}

/** Everything the client reports: one line of JSON each with `--json`, otherwise a sentence. */
export type Event =
  | ({ readonly event: 'message'; readonly position: number | null } & Written)
  /** Sent by another client of the account. */
  | ({ readonly event: 'sentElsewhere' } & Written)
  | ({ readonly event: 'history' } & Written & Mark)
  | ({ readonly event: 'found' } & Written & Mark)
  | { readonly event: 'blocked'; readonly username: string; readonly blocked: boolean }
  | {
      readonly event: 'conversation';
      readonly with: string;
      readonly id: string;
      /** Null once the account is deleted. */
      readonly online: boolean | null;
      readonly deleted: boolean;
      readonly unread: number;
      readonly lastMessage: Written & Mark;
    }
  /** The last ids that `by` has received and read, and which messages of this session are new. */
  | {
      readonly event: 'receipt';
      readonly by: string;
      readonly counterpartId: string;
      readonly deliveredThrough: string | null;
      readonly readThrough: string | null;
      readonly delivered: Advance | null;
      readonly read: Advance | null;
    }
  /** The marks of a counterpart, also for what was not sent from here. For terminals alone. */
  | {
      readonly event: 'marks';
      readonly counterpartId: string;
      readonly deliveredThrough: string | null;
      readonly readThrough: string | null;
    }
  | { readonly event: 'read'; readonly with: string; readonly count: number }
  /** Progress. For terminals alone. */
  | { readonly event: 'exporting'; readonly messages: number }
  | {
      readonly event: 'exported';
      readonly messages: number;
      readonly conversations: number;
      readonly file: string | null;
    }
  /** Messages are held back; `arrived` if a new one has just joined them. */
  | { readonly event: 'waiting'; readonly count: number; readonly arrived: boolean }
  /** Whether the counterpart of the open conversation is typing. For terminals alone. */
  | {
      readonly event: 'typing';
      readonly with: string;
      readonly counterpartId: string;
      readonly typing: boolean;
    }
  /** For terminals alone: a program knows what it sends. */
  | {
      readonly event: 'sending';
      readonly to: string;
      readonly text: string;
      readonly sentAt: string;
      readonly clientMessageId: string;
    }
  | {
      readonly event: 'sent';
      readonly id: string;
      readonly to: string;
      readonly counterpartId: string;
      readonly sentAt: string;
      readonly clientMessageId: string;
    }
  | { readonly event: 'account'; readonly username: string; readonly online: boolean | null }
  | {
      readonly event: 'listed';
      readonly count: number;
      readonly of: 'account' | 'online' | 'message' | 'conversation' | 'blocked account';
    }
  /** Whether a login follows: it does unless the viewer is logged in already. */
  | { readonly event: 'created'; readonly username: string; readonly loggingIn: boolean }
  | {
      readonly event: 'loggedIn';
      readonly username: string;
      readonly pending: number;
      readonly continued: boolean;
    }
  | { readonly event: 'loggedOut' | 'passwordChanged'; readonly username: string }
  /** The first `shown` undelivered messages follow. */
  | {
      readonly event: 'deleted';
      readonly username: string;
      readonly undelivered: number;
      readonly shown: number;
    }
  | {
      readonly event: 'status';
      readonly status: 'offline' | 'live' | 'ended';
      readonly message: string;
    }
  | {
      readonly event: 'help';
      readonly usage: string;
      readonly help: string;
      readonly details?: string;
    }
  | { readonly event: 'note'; readonly message: string }
  /** The server holds an operation up; it is retried after so many milliseconds. */
  | {
      readonly event: 'delay';
      readonly code: 'LIMIT_EXCEEDED' | 'UNAVAILABLE';
      readonly retryAfter: number;
      readonly message: string;
    }
  /** A command failed; its code is the API's, or one of ours. The id is of a message not sent. */
  | {
      readonly event: 'error';
      readonly code: string;
      readonly message: string;
      readonly clientMessageId?: string;
    };

export type TypingEvent = Extract<Event, { event: 'typing' }>;

const FOR_TERMINALS = ['sending', 'marks', 'exporting', 'typing'] as const;

/** An event that only a terminal shows. */
export type TerminalEvent = Extract<Event, { event: (typeof FOR_TERMINALS)[number] }>;

export const isForTerminal = (event: Event): event is TerminalEvent =>
  FOR_TERMINALS.some((name) => name === event.event);

export const written = ({
  id,
  senderUsername,
  recipient,
  conversation,
  text,
  sentAt,
}: ShownMessage): Written => ({
  id,
  from: senderUsername,
  to: recipient.username,
  counterpartId: conversation.counterpartId,
  text,
  sentAt,
});

/** Reports that the server is rate limiting; the request is retried. */
export const rateLimited = (milliseconds: number): Event => ({
  event: 'delay',
  code: 'LIMIT_EXCEEDED',
  retryAfter: milliseconds,
  message: `The server is busy. Retrying in ${Math.ceil(milliseconds / 1_000)} s.`,
});

export const marked = (message: ShownMessage): Written & Mark => ({
  ...written(message),
  own: message.sentPosition !== null,
  delivered: message.delivered,
  read: message.read,
});
