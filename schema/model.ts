import type { Limits } from './limits.ts';

/** A person's place in the chat, as others may see it. */
export interface Account {
  readonly id: string;
  /** Folded: NFKC and lower case, so that one name is one account. */
  readonly username: string;
  readonly createdAt: Date;
  /** A session of theirs holds a lease now, so a client of theirs is there. */
  readonly online: boolean;
}

export interface Message {
  /** A UUIDv7 (RFC 9562), so that ids sort by the time of sending. */
  readonly id: string;
  /** Place in the recipient's mailbox: 1, 2, 3… without gaps. It is also a reader's cursor. */
  readonly position: number;
  /** Null once the sender's account is deleted. */
  readonly sender: Account | null;
  readonly senderUsername: string;
  readonly recipient: Account;
  readonly text: string;
  readonly sentAt: Date;
  /** Place in the conversation between the two, both directions together: 1, 2, 3… */
  readonly conversationPosition: number;
  /** Place among all that its sender has sent: 1, 2, 3… */
  readonly sentPosition: number;
  /** The recipient has acknowledged it. */
  readonly delivered: boolean;
  /** The recipient has marked the conversation read up to it. */
  readonly read: boolean;
}

/** All that an account and one other have written to each other, as the one of them sees it. */
export interface Conversation {
  /** Of the other account, also when it is deleted. */
  readonly counterpartId: string;
  readonly counterpartUsername: string;
  /** Null once the other account is deleted. */
  readonly counterpart: Account | null;
  readonly lastMessage: Message;
  /** Messages from the other that are not marked read. */
  readonly unreadCount: number;
}

/** How far a recipient has got with what one sender sent them. */
export interface Receipt {
  readonly by: Account;
  /** Id of the sender's last message to them that is delivered; null when none is. */
  readonly deliveredThrough: string | null;
  /** Id of the sender's last message to them that is read; null when none is. */
  readonly readThrough: string | null;
}

/** An account that asks, through one of its sessions. */
export interface Viewer {
  readonly account: Account;
  readonly sessionId: string;
}

/** How far an account has got with its mailbox. */
export interface Mark {
  /** Everything up to this position is acknowledged. */
  readonly deliveredThrough: number;
  /** Number of messages after it. */
  readonly pendingCount: number;
}

/** An account's mailbox at one moment, and how much the account had sent by then. */
export interface Mailbox extends Mark {
  /** The `sentPosition` of its last message; 0 before the first. */
  readonly sentThrough: number;
}

/** What `login` does while another client of the account is online. */
export type IfOnline = 'REFUSE' | 'REPLACE' | 'JOIN';

export interface ServerInfo {
  readonly version: string;
  readonly limits: Limits;
}
