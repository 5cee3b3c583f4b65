import type { Kysely, Transaction } from 'kysely';

/** Moments are milliseconds since 1970 in UTC. In SQL the names are snake_case. */
export interface Tables {
  account: {
    id: string;
    username: string;
    passwordHash: string;
    createdAt: number;
    /** The position of the mailbox's last message: 0 before the first. */
    lastPosition: number;
    /** The mark: what comes after it is pending. */
    deliveredThrough: number;
    /** How many messages it has sent: the sentPosition of the last one. */
    sentCount: number;
    /**
     * When it was deleted; null while it exists. A closed account stays until its mailbox is
     * removed.
     */
    closedAt: number | null;
  };
  session: {
    id: string;
    accountId: string;
    tokenHash: string;
    createdAt: number;
    usedAt: number;
    /** Until when it counts as a client that is there. */
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
    /** Kept when the sender's account is deleted: it then leads nowhere. */
    senderId: string;
    senderUsername: string;
    text: string;
    sentAt: number;
    clientMessageId: string | null;
    conversationId: string;
    conversationPosition: number;
    sentPosition: number;
  };
  /** What two accounts have written to each other; the two by id, the lower one first. */
  conversation: {
    id: string;
    lowId: string;
    highId: string;
    lastPosition: number;
    /**
     * The moment in the id of the last message; the next one's is later, whatever a server's clock
     * says.
     */
    lastAt: number;
  };
  /** A conversation as one of the two sees it. */
  participant: {
    conversationId: string;
    accountId: string;
    /** Kept when that account is deleted: it then leads nowhere. */
    counterpartId: string;
    counterpartUsername: string;
    lastMessageId: string;
    /** The mark, as a conversationPosition: what comes after it is unread. */
    readThrough: number;
    unreadCount: number;
  };
  /** A row for each server, which it writes to find out whether it can. */
  heartbeat: {
    serverId: string;
    writtenAt: number;
  };
}

/**
 * A handle to read and write with. Several statements that belong together run in a Transaction.
 */
export type Db = Kysely<Tables> | Transaction<Tables>;
