import type { ShownMessage } from '../core/documents/message.ts';
import type { Advance } from '../core/receipts.ts';

/** The fields that every event about a message has. */
export interface Written {
  readonly id: string;
  readonly from: string;
  readonly to: string;
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
      readonly deliveredThrough: string | null;
      readonly readThrough: string | null;
      readonly delivered: Advance | null;
      readonly read: Advance | null;
    }
  | { readonly event: 'read'; readonly with: string; readonly count: number }
  | { readonly event: 'exporting'; readonly messages: number }
  | {
      readonly event: 'exported';
      readonly messages: number;
      readonly conversations: number;
      readonly file: string | null;
    }
  /** Messages are held back; `arrived` if a new one has just joined them. */
  | { readonly event: 'waiting'; readonly count: number; readonly arrived: boolean }
  | { readonly event: 'sent'; readonly id: string; readonly to: string; readonly sentAt: string }
  | { readonly event: 'account'; readonly username: string; readonly online: boolean | null }
  | {
      readonly event: 'listed';
      readonly count: number;
      readonly of: 'account' | 'online' | 'message' | 'conversation';
    }
  | { readonly event: 'created'; readonly username: string }
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
  | { readonly event: 'help'; readonly usage: string; readonly help: string }
  | { readonly event: 'note'; readonly message: string }
  /** A command failed; its code is the API's, or one of ours. */
  | { readonly event: 'error'; readonly code: string; readonly message: string };

export const written = ({
  id,
  senderUsername,
  recipient,
  text,
  sentAt,
}: ShownMessage): Written => ({
  id,
  from: senderUsername,
  to: recipient.username,
  text,
  sentAt,
});

/** Reports that the server is rate limiting; the request is retried. */
export const rateLimited = (milliseconds: number): Event => ({
  event: 'note',
  message: `The server is busy. Retrying in ${Math.ceil(milliseconds / 1_000)} s.`,
});

export const marked = (message: ShownMessage): Written & Mark => ({
  ...written(message),
  own: message.sentPosition !== null,
  delivered: message.delivered,
  read: message.read,
});
