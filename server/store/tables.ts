import type { Generated, Kysely, Transaction } from 'kysely';

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
    /** Positions up to this may be gaps after the mark: pending messages that were deleted. */
    gapThrough: Generated<number>;
    /** The number of messages sent: the sentPosition of the last one. */
    sentCount: number;
    /** At least the number of its blocks: those of deleted accounts may still count. */
    blockCount: Generated<number>;
    /** When it was deleted, or null. A closed account stays until its mailbox is removed. */
    closedAt: number | null;
    /** When an operator disabled it, or null. */
    disabledAt: Generated<number | null>;
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
  /** The password of an account is good for one login, while the hash is that of the account. */
  oneTimePassword: {
    accountId: string;
    passwordHash: string;
    loginUntil: number;
    /** When it was used for a login, or null. */
    usedAt: Generated<number | null>;
  };
  /** An address that has logged in to an account. */
  knownAddress: {
    accountId: string;
    addressHash: string;
    /** When it last logged in. */
    usedAt: number;
  };
  /** An account refuses what another sends. */
  block: {
    /** A UUIDv7, which sorts by the time of the block. */
    id: string;
    accountId: string;
    blockedId: string;
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
  /** A client message id whose message is deleted. Its sender cannot use it again. */
  usedClientId: {
    senderId: string;
    clientMessageId: string;
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
  /** How far the messages of an account are indexed. Accounts that never searched have none. */
  searchLog: {
    id: Generated<number>;
    accountId: string;
    /** The last position of the mailbox that is indexed. */
    receivedThrough: number;
    /** The last sentPosition that is indexed. */
    sentThrough: number;
    /** The position of its last entry. */
    entryCount: number;
  };
  /** A message in the index of an account. */
  searchEntry: {
    id: Generated<number>;
    logId: number;
    /** Its place in the index: 1, 2, 3… */
    position: number;
    /** Its message may be gone. */
    messageId: string;
  };
  /** SQLite's index of the terms of each entry; in PostgreSQL they are a column of the entry. */
  searchTerms: {
    /** The id of the entry. */
    rowid: number;
    terms: string;
  };
  /** A deed of an administrator. It outlives its account, and contains no secret. */
  adminEvent: {
    id: Generated<number>;
    at: number;
    osUser: string;
    verb: string;
    /** The username, with the id of a session that was ended; or the id of an invitation. */
    subject: string;
  };
  /** Allows to create accounts while registration is by invitation. */
  invitation: {
    /** A UUIDv7, which sorts by time. */
    id: string;
    codeHash: string;
    createdAt: number;
    expiresAt: number;
    usesLeft: number;
  };
  /** A row for each server, which it writes to check that it can. */
  heartbeat: {
    serverId: string;
    writtenAt: number;
  };
  /** Has a row until the copy of another database is complete. No server starts meanwhile. */
  unfinishedCopy: {
    /** The name of the other database, for people. */
    source: string;
  };
}

/** A handle for queries. Statements that belong together run in a Transaction. */
export type Db = Kysely<Tables> | Transaction<Tables>;
