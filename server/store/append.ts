import { randomInt } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  AccountNotFoundError,
  ClientMessageIdReusedError,
  MailboxFullError,
  sessionEnded,
} from '../../schema/errors.ts';
import type { Account, Message } from '../../schema/model.ts';
import { type AccountRow, selectAccounts, toAccount } from './account.ts';
import { allocatePositions, type ConversationSlot } from './conversation.ts';
import { selectMessages, toMessage } from './message.ts';
import { updateParticipants } from './participant.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** A message that has not been stored yet. */
export interface Draft {
  readonly senderId: string;
  /** The recipient's username, folded. */
  readonly to: string;
  readonly text: string;
  readonly clientMessageId: string | null;
}

/**
 * A draft that goes in, with the positions that it takes in the recipient's mailbox and in what the
 * sender sent.
 */
interface Accepted {
  readonly sender: Account;
  readonly recipient: Account;
  readonly text: string;
  readonly clientMessageId: string | null;
  readonly position: number;
  readonly sentPosition: number;
}

/** An account whose counters run on while a batch is decided. */
type Counted = AccountRow & { lastPosition: number; sentCount: number };

/**
 * Stores a batch in one transaction, with a number of statements that does not depend on its size.
 *
 * Positions are counted on rows, inside the transaction: so their order is the order of commits,
 * and a reader who has reached a position never misses one below it.
 *
 * Answers each draft, in order, with its message, or with the error that refuses it alone:
 * SESSION_ENDED when the sender's account is gone, AccountNotFoundError,
 * ClientMessageIdReusedError, MailboxFullError.
 */
export const appendMessages = (
  db: Kysely<Tables>,
  drafts: readonly Draft[],
  maxPending: number,
  now: number,
): Promise<(Message | Error)[]> =>
  inTransaction(db, async (tx) => {
    const accounts = await accountsOf(tx, drafts, now);
    const named = new Map(accounts.map((account) => [account.username, account]));
    const withId = new Map(accounts.map((account) => [account.id, account]));
    const known: Map<string, Message | Accepted> = await alreadyStored(tx, drafts, now);
    const accepted: Accepted[] = [];

    const decide = ({ senderId, to, text, clientMessageId }: Draft): Message | Accepted | Error => {
      const sender = withId.get(senderId);
      const recipient = named.get(to);
      if (!sender) return sessionEnded();
      if (!recipient) return new AccountNotFoundError();
      const first =
        clientMessageId === null ? undefined : known.get(repeatKey(senderId, clientMessageId));
      if (first) {
        return first.recipient.id === recipient.id && first.text === text
          ? first
          : new ClientMessageIdReusedError();
      }
      if (recipient.lastPosition - recipient.deliveredThrough >= maxPending)
        return new MailboxFullError(maxPending);
      recipient.lastPosition += 1;
      sender.sentCount += 1;
      const positions = { position: recipient.lastPosition, sentPosition: sender.sentCount };
      const message = { sender, recipient, text, clientMessageId, ...positions };
      accepted.push(message);
      if (clientMessageId !== null) known.set(repeatKey(senderId, clientMessageId), message);
      return message;
    };

    const decisions = drafts.map(decide);
    const stored = accepted.length > 0 ? await store(tx, accepted, accounts, now) : new Map();
    return decisions.map((decision) => stored.get(decision) ?? decision);
  });

/** Senders by id and recipients by name, as they stay until this transaction ends. */
async function accountsOf(tx: Db, drafts: readonly Draft[], now: number): Promise<Counted[]> {
  const rows = await selectAccounts(tx, now)
    .where((eb) =>
      eb.or([
        eb('account.id', 'in', [...new Set(drafts.map(({ senderId }) => senderId))]),
        eb('account.username', 'in', [...new Set(drafts.map(({ to }) => to))]),
      ]),
    )
    // In one order for all, so that no two batches wait for each other.
    .orderBy('account.id')
    .forNoKeyUpdate('account')
    .execute();
  return rows.map(toAccount);
}

const repeatKey = (senderId: string, clientMessageId: string): string =>
  `${senderId} ${clientMessageId}`;

/** What was stored before under the clientMessageIds of these drafts, by sender and id. */
async function alreadyStored(
  tx: Db,
  drafts: readonly Draft[],
  now: number,
): Promise<Map<string, Message>> {
  const ids = drafts.flatMap(({ clientMessageId }) => clientMessageId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await selectMessages(tx, now)
    .where('message.senderId', 'in', [...new Set(drafts.map(({ senderId }) => senderId))])
    .where('message.clientMessageId', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [repeatKey(row.senderId, row.clientMessageId ?? ''), toMessage(row)]),
  );
}

/**
 * Writes what was accepted, and the counters of the accounts; answers with each as the message that
 * it is now.
 */
async function store(
  tx: Db,
  accepted: readonly Accepted[],
  accounts: readonly Counted[],
  now: number,
) {
  const places = await allocatePositions(tx, accepted, now);
  const counters = accounts.map(
    ({ id, lastPosition, sentCount }) =>
      sql`(cast(${id} as text), cast(${lastPosition} as integer), cast(${sentCount} as integer))`,
  );
  await sql`update account set last_position = counted.column2, sent_count = counted.column3
    from (values ${sql.join(counters)}) as counted where account.id = counted.column1`.execute(tx);

  // By chance, as in RFC 9562, so that what other servers store in the same millisecond gets other
  // ids.
  const firstSeq = randomInt(2 ** 31);
  const rows = accepted.map(({ sender, recipient, ...message }, index) => {
    const { at, ...place } = places[index] as ConversationSlot;
    return {
      ...message,
      ...place,
      // In the order of the batch, and after what was there: clients sort the messages of a
      // conversation by id.
      id: uuidv7({ msecs: at, seq: firstSeq + index }),
      senderId: sender.id,
      senderUsername: sender.username,
      recipientId: recipient.id,
      sentAt: now,
    };
  });
  await tx.insertInto('message').values(rows).execute();
  await updateParticipants(tx, rows, accounts);

  return new Map(
    rows.map(({ id, senderUsername, conversationPosition }, index): [Accepted, Message] => {
      const message = accepted[index] as Accepted;
      const unread = { delivered: false, read: false };
      return [
        message,
        { ...message, id, senderUsername, conversationPosition, sentAt: new Date(now), ...unread },
      ];
    }),
  );
}
