import type { Kysely, Transaction } from 'kysely';

/** The tables. Moments are milliseconds since 1970 in UTC. Names in SQL are snake_case. */
export interface Tables {
  account: {
    id: string;
    username: string;
    passwordHash: string;
    createdAt: number;
    /** The position of the mailbox's last message: 0 before the first. */
    lastPosition: number;
    /** The mark: messages after it are pending. */
    deliveredThrough: number;
    /** The number of messages sent: the sentPosition of the last one. */
    sentCount: number;
    /** When it was deleted, or null. A closed account stays until its mailbox is removed. */
    closedAt: number | null;
  };
  session: {
    id: string;
    accountId: string;
    tokenHash: string;
    createdAt: number;
    usedAt: number;
    /** Until when it makes its account online. */
    leaseUntil: number;
  };
  /** An address that has logged in to an account. */
  knownAddress: {
    accountId: string;
    addressHash: string;
    /** When it last logged in. */
    usedAt: number;
  };
  message: {
    id: string;
    recipientId: string;
    position: number;
    /** Kept when the sender's account is deleted. */
    senderId: string;
    senderUsername: string;
    text: string;
    sentAt: number;
    clientMessageId: string | null;
    conversationId: string;
    conversationPosition: number;
    sentPosition: number;
  };
  /** The messages between two accounts; the lower id comes first. */
  conversation: {
    id: string;
    lowId: string;
    highId: string;
    lastPosition: number;
    /** The time in the last message's id. The next one is later, whatever a server's clock says. */
    lastAt: number;
  };
  /** One account's side of a conversation. */
  participant: {
    conversationId: string;
    accountId: string;
    /** Kept when that account is deleted. */
    counterpartId: string;
    counterpartUsername: string;
    lastMessageId: string;
    /** The mark, as a conversationPosition: messages after it are unread. */
    readThrough: number;
    unreadCount: number;
  };
  /** A row for each server, which it writes to check that it can. */
  heartbeat: {
    serverId: string;
    writtenAt: number;
  };
}

/** A handle for queries. Statements that belong together run in a Transaction. */
export type Db = Kysely<Tables> | Transaction<Tables>;
