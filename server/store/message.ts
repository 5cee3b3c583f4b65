import { type Kysely, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  type Account,
  AccountNotFoundError,
  ClientMessageIdReusedError,
  MailboxFullError,
  type Message,
  sessionEnded,
} from '../../schema/model.ts';
import { online, selectAccounts, toAccount } from './account.ts';
import type { Db, Tables } from './tables.ts';

/** A message that has not been stored yet. */
export interface Draft {
  readonly senderId: string;
  /** The recipient's username, folded. */
  readonly to: string;
  readonly text: string;
  readonly clientMessageId: string | null;
}

/**
 * Stores a batch in one transaction, with a number of statements that does not depend on its size.
 *
 * Positions are counted on the recipient's row, inside the transaction: so their order is the order of commits,
 * and a reader who has reached a position never misses one below it.
 *
 * Answers each draft, in order, with its message, or with the error that refuses it alone: SESSION_ENDED when
 * the sender's account is gone, AccountNotFoundError, ClientMessageIdReusedError, MailboxFullError.
 */
export const appendMessages = (
  db: Kysely<Tables>,
  drafts: readonly Draft[],
  maxPending: number,
  now: number,
): Promise<(Message | Error)[]> =>
  db.transaction().execute(async (tx) => {
    const accounts = await accountsOf(tx, drafts, now);
    const known = await alreadyStored(tx, drafts);
    const rows: Tables['message'][] = [];
    const taken = new Map<string, number>();

    const store = (draft: Draft): Message | Error => {
      const sender = accounts.withId.get(draft.senderId);
      if (!sender) return sessionEnded();
      const recipient = accounts.named.get(draft.to);
      if (!recipient) return new AccountNotFoundError();

      const first = draft.clientMessageId === null ? undefined : known.get(repeatKey(draft));
      if (first) {
        return first.recipientId === recipient.id && first.text === draft.text
          ? toMessage(first, sender, recipient)
          : new ClientMessageIdReusedError();
      }

      const position = (taken.get(recipient.id) ?? recipient.lastPosition) + 1;
      if (position - recipient.deliveredThrough > maxPending) return new MailboxFullError(maxPending);
      taken.set(recipient.id, position);
      const row = {
        id: uuidv7(),
        recipientId: recipient.id,
        position,
        senderId: sender.id,
        senderUsername: sender.username,
        text: draft.text,
        sentAt: now,
        clientMessageId: draft.clientMessageId,
      };
      rows.push(row);
      if (draft.clientMessageId !== null) known.set(repeatKey(draft), row);
      return toMessage(row, sender, recipient);
    };

    const results = drafts.map(store);
    if (rows.length > 0) {
      const positions = [...taken].map(([id, last]) => sql`(cast(${id} as text), cast(${last} as integer))`);
      await sql`update account set last_position = taken.column2
        from (values ${sql.join(positions)}) as taken where account.id = taken.column1`.execute(tx);
      await tx.insertInto('message').values(rows).execute();
    }
    return results;
  });

/** Senders by id and recipients by name, as they are in this transaction. */
async function accountsOf(tx: Db, drafts: readonly Draft[], now: number) {
  const rows = await selectAccounts(tx, now)
    .where((eb) =>
      eb.or([
        eb('account.id', 'in', [...new Set(drafts.map(({ senderId }) => senderId))]),
        eb('account.username', 'in', [...new Set(drafts.map(({ to }) => to))]),
      ]),
    )
    .execute();
  const accounts = rows.map(toAccount);
  return {
    withId: new Map(accounts.map((account) => [account.id, account])),
    named: new Map(accounts.map((account) => [account.username, account])),
  };
}

const repeatKey = ({ senderId, clientMessageId }: { senderId: string; clientMessageId: string | null }) =>
  `${senderId} ${clientMessageId}`;

/** What was stored before under the clientMessageIds of these drafts, by sender and id. */
async function alreadyStored(tx: Db, drafts: readonly Draft[]): Promise<Map<string, Tables['message']>> {
  const ids = drafts.flatMap(({ clientMessageId }) => clientMessageId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('message')
    .selectAll()
    .where('senderId', 'in', [...new Set(drafts.map(({ senderId }) => senderId))])
    .where('clientMessageId', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [repeatKey(row), row]));
}

const toMessage = (
  row: Tables['message'],
  sender: Account | null,
  recipient: Account & { readonly deliveredThrough: number },
): Message => ({
  id: row.id,
  position: row.position,
  sender,
  senderUsername: row.senderUsername,
  recipient,
  text: row.text,
  sentAt: new Date(row.sentAt),
  delivered: row.position <= recipient.deliveredThrough,
});

/** The messages in an account's mailbox behind a position, in order, at most `limit`. */
export async function messagesBehind(
  db: Db,
  recipient: Account,
  after: number,
  limit: number,
  now: number,
): Promise<Message[]> {
  const rows = await db
    .selectFrom('message')
    .innerJoin('account as recipient', 'recipient.id', 'message.recipientId')
    .leftJoin('account as sender', 'sender.id', 'message.senderId')
    .selectAll('message')
    .select((eb) => [
      'recipient.deliveredThrough',
      'sender.username as username',
      'sender.createdAt as createdAt',
      online(eb as never, 'sender.id', now).as('online'),
    ])
    .where('message.recipientId', '=', recipient.id)
    .where('message.position', '>', after)
    .orderBy('message.position')
    .limit(limit)
    .execute();
  return rows.map(({ username, createdAt, online, deliveredThrough, ...row }) =>
    toMessage(
      row,
      username === null || createdAt === null ? null : toAccount({ id: row.senderId, username, createdAt, online }),
      { ...recipient, deliveredThrough },
    ),
  );
}
