import type { Kysely } from 'kysely';
import type { Messages } from '../../schema/context.ts';
import {
  AccountNotFoundError,
  ClientMessageIdReusedError,
  InvalidTextError,
  MailboxFullError,
  RequestError,
  sessionEnded,
} from '../../schema/errors.ts';
import type { Message } from '../../schema/model.ts';
import { type AccountRow, type CountedAccount, lockAccounts } from '../store/account.ts';
import { appendMessages, type NewMessage } from '../store/append.ts';
import { messagesByClientId, type StoredDraft } from '../store/message.ts';
import type { Tables } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { batch } from './batch.ts';
import { rateLimit, take } from './rate-limit.ts';
import { type Services, topic } from './services.ts';
import { fold, isAccountId } from './username.ts';

/** The most messages that one transaction stores. */
const MAX_BATCH = 500;
const MAX_CLIENT_ID = 64;

/** A message as its sender gives it. */
export interface Draft {
  readonly senderId: string;
  /** The recipient's username or id, folded. */
  readonly to: string;
  readonly text: string;
  readonly clientMessageId: string | null;
}

/**
 * Sends a message: checks what needs no store, then stores it together with the other drafts that
 * arrive meanwhile. Answers once the transaction is flushed to disk.
 */
export function sending({ store, bell, clock, limits }: Services): Messages['send'] {
  const sends = rateLimit(limits.maxSendsPerMinute, 60);

  const sendInBatch = batch(async (drafts: readonly Draft[]) => {
    const results = await sendBatch(store.db, drafts, limits.maxPendingMessages, clock());
    // A repeated send has the message of the first. Once for each mailbox, however many it got.
    const sent = new Set(results.filter((result): result is Message => !(result instanceof Error)));
    for (const [id, messages] of Map.groupBy(sent, ({ recipient }) => recipient.id))
      bell.ring(topic.mailbox(id), undefined, messages);
    for (const [id, messages] of Map.groupBy(sent, ({ senderId }) => senderId))
      bell.ring(topic.sent(id), undefined, messages);
    return results;
  }, MAX_BATCH);

  return async ({ account }, { to, text, clientMessageId = null }) => {
    const stored = text.replaceAll(/\r\n?/g, '\n');
    checkText(stored, limits.maxTextLength);
    if (clientMessageId !== null) checkClientMessageId(clientMessageId);
    take(clock(), [sends, account.id]);
    const recipient = fold(to);
    if (!recipient) throw new AccountNotFoundError();
    return sendInBatch({ senderId: account.id, to: recipient, text: stored, clientMessageId });
  };
}

/** @throws {InvalidTextError} when a message cannot have this text. */
function checkText(text: string, limit: number): void {
  const actual = [...text].length;
  // Marks and joiners that show nothing by themselves are as blank as spaces.
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(text)) {
    throw new InvalidTextError('EMPTY', limit, actual);
  }
  if (actual > limit) throw new InvalidTextError('TOO_LONG', limit, actual);
  if (!text.isWellFormed()) throw new InvalidTextError('NOT_UNICODE', limit, actual);
  if (/[^\P{Cc}\n\t]/u.test(text)) throw new InvalidTextError('CONTROL_CHARACTER', limit, actual);
}

/** @throws {RequestError} */
function checkClientMessageId(id: string): void {
  if (id.length < 1 || id.length > MAX_CLIENT_ID || !id.isWellFormed() || /\p{Cc}/u.test(id)) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `\`clientMessageId\` must have 1 to ${MAX_CLIENT_ID} printable characters.`,
    );
  }
}

/**
 * Stores a batch in one transaction. The number of statements does not depend on its size. Answers
 * each draft in order, with its message or with the error that refuses it.
 *
 * Positions come from counters on rows that are locked here, so they are in the order of commits: a
 * reader at a position never misses a message before it.
 */
export const sendBatch = (
  db: Kysely<Tables>,
  drafts: readonly Draft[],
  maxPending: number,
  now: number,
): Promise<(Message | Error)[]> =>
  inTransaction(db, async (tx) => {
    const senderIds = drafts.map(({ senderId }) => senderId);
    const recipients = drafts.map(({ to }) => to);
    const ids = [...senderIds, ...recipients.filter(isAccountId)];
    const clientMessageIds = drafts.flatMap(({ clientMessageId }) => clientMessageId ?? []);
    const accounts = await lockAccounts(tx, ids, recipients, now);
    const earlier = await messagesByClientId(tx, senderIds, clientMessageIds, now);

    const decisions = decideAll(drafts, accounts, earlier, maxPending);
    const accepted = [...new Set(decisions.filter(isNew))];
    const stored = await appendMessages(tx, accepted, accounts, now);
    return decisions.map(
      (decision) => (isNew(decision) ? stored.get(decision) : decision) as Message,
    );
  });

/** The rows that decide a draft. */
export interface Rows {
  readonly sender: AccountRow | undefined;
  readonly recipient: AccountRow | undefined;
  /** The message that the sender has sent before under this clientMessageId. */
  readonly earlier: Message | NewMessage | undefined;
}

/**
 * Decides one draft: it is a new message, at the next positions; or it repeats an earlier one; or
 * an error refuses it.
 */
export function decide(
  { text, clientMessageId }: Draft,
  { sender, recipient, earlier }: Rows,
  maxPending: number,
): NewMessage | Message | Error {
  if (!sender) return sessionEnded();
  if (!recipient) return new AccountNotFoundError();
  if (earlier) {
    const isRepeated = earlier.recipient.id === recipient.id && earlier.text === text;
    return isRepeated ? earlier : new ClientMessageIdReusedError();
  }
  if (recipient.lastPosition - recipient.deliveredThrough >= maxPending)
    return new MailboxFullError(maxPending);
  return {
    sender,
    recipient,
    text,
    clientMessageId,
    position: recipient.lastPosition + 1,
    sentPosition: sender.sentCount + 1,
  };
}

/** Decides each draft in order, and advances the counters of the accounts by the new messages. */
function decideAll(
  drafts: readonly Draft[],
  accounts: readonly CountedAccount[],
  stored: readonly StoredDraft[],
  maxPending: number,
): (NewMessage | Message | Error)[] {
  const withId = new Map(accounts.map((account) => [account.id, account]));
  const withName = new Map(accounts.map((account) => [account.username, account]));
  const earlier = new Map<string, Message | NewMessage>(
    stored.map((each) => [clientKey(each), each.message]),
  );
  return drafts.map((draft) => {
    const rows = {
      sender: withId.get(draft.senderId),
      recipient: withName.get(draft.to) ?? withId.get(draft.to),
      earlier: draft.clientMessageId === null ? undefined : earlier.get(clientKey(draft)),
    };
    const decision = decide(draft, rows, maxPending);
    if (isNew(decision) && decision !== rows.earlier) {
      if (rows.recipient) rows.recipient.lastPosition = decision.position;
      if (rows.sender) rows.sender.sentCount = decision.sentPosition;
      if (draft.clientMessageId !== null) earlier.set(clientKey(draft), decision);
    }
    return decision;
  });
}

const isNew = (decision: NewMessage | Message | Error): decision is NewMessage =>
  !(decision instanceof Error) && !('id' in decision);

const clientKey = ({ senderId, clientMessageId }: Pick<Draft, 'senderId' | 'clientMessageId'>) =>
  `${senderId} ${clientMessageId}`;
