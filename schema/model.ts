/** A user of the chat, as others may see it. */
export interface Account {
  readonly id: string;
  /** In canonical form: NFKC, lower case. */
  readonly username: string;
  readonly createdAt: Date;
  /**
   * Whether a session of the account holds a lease, so that a client of it is connected. Only where
   * it was read already; otherwise `Presence.online` reads it.
   */
  readonly online?: boolean;
}

/** An account that the viewer blocks. */
export interface BlockedAccount extends Account {
  /** The id of the block, which sorts by its time. */
  readonly blockId: string;
}

export interface Message {
  /** A UUIDv7 (RFC 9562), so that ids sort by time of sending. */
  readonly id: string;
  /** Place in the recipient's mailbox: 1, 2, 3… Deleted ones leave gaps. Also a reader's cursor. */
  readonly position: number;
  /** Kept when the sender's account is deleted. */
  readonly senderId: string;
  /** Null once the sender's account is deleted. */
  readonly sender: Account | null;
  readonly senderUsername: string;
  readonly recipient: Account;
  readonly text: string;
  readonly sentAt: Date;
  /** Place in the conversation, counting both directions: 1, 2, 3… */
  readonly conversationPosition: number;
  /** Place among the messages of its sender: 1, 2, 3… */
  readonly sentPosition: number;
  /** Whether the recipient has acknowledged it. */
  readonly delivered: boolean;
  /** Whether the recipient has marked it as read. */
  readonly read: boolean;
  /** Whether the recipient blocks any account. Not known of a message that was just sent. */
  readonly recipientBlocks?: boolean;
}

/** A message that a search found. */
export interface FoundMessage extends Message {
  /** Its place in the index of the account that searches: 1, 2, 3…, the newest last. */
  readonly searchPosition: number;
}

/** The messages between an account and one counterpart, as the account sees them. */
export interface Conversation {
  /** Made of both accounts' ids: it exists before the first message, and is the account's own. */
  readonly id: string;
  /** The account that sees it. */
  readonly accountId: string;
  /** Kept when the counterpart is deleted. */
  readonly counterpartId: string;
  readonly counterpartUsername: string;
  /** Null once the counterpart is deleted. */
  readonly counterpart: Account | null;
  /** Read already with the conversation; otherwise `Conversations.summary` reads it. */
  readonly summary?: ConversationSummary;
}

/** The state of a conversation, as a list of conversations shows it. */
export interface ConversationSummary {
  /** The latest message, in either direction; null before the first. */
  readonly lastMessage: Message | null;
  /** Number of messages from the counterpart that are not marked as read. */
  readonly unreadCount: number;
}

/** How far a recipient has received and read the messages of one sender. */
export interface Marks {
  /** Id of the sender's last message that was delivered; null if there is none. */
  readonly deliveredThrough: string | null;
  /** Id of the sender's last message that was read; null if there is none. */
  readonly readThrough: string | null;
}

/** The marks of one recipient, for one sender. */
export interface Receipt extends Marks {
  readonly by: Account;
  /** The sender's conversation with the recipient. */
  readonly conversation: Conversation;
}

/** The account that sends an operation, and its session. */
export interface Viewer {
  readonly account: Account;
  readonly sessionId: string;
}

/** The state of an account's mailbox, and how much the account has sent. */
export interface Mailbox {
  /** Made of the account's id. */
  readonly id: string;
  /** The last acknowledged position. */
  readonly deliveredThrough: number;
  /** Number of messages after it. */
  readonly pendingCount: number;
  /** The `sentPosition` of its last message; 0 before the first. */
  readonly sentThrough: number;
}

/** A mailbox whose mark was moved forward, or stayed. */
export interface Acknowledgement {
  readonly mailbox: Mailbox;
  /** The mark before it. */
  readonly deliveredBefore: number;
}

/** A thing that has an id of its own, with its type. */
export type Node =
  | ({ readonly __typename: 'Account' } & Account)
  | ({ readonly __typename: 'Message' } & Message)
  | ({ readonly __typename: 'Conversation' } & Conversation)
  | ({ readonly __typename: 'Mailbox' } & Mailbox);

/** Who can create an account. */
export type Registration = 'OPEN' | 'INVITE' | 'CLOSED';

/** What `login` does while another client of the account is online. */
export type IfOnline = 'REFUSE' | 'REPLACE' | 'JOIN';
