import type { Messages } from '../../schema/context.ts';
import {
  AccountNotFoundError,
  ClientMessageIdReusedError,
  InvalidTextError,
  MailboxFullError,
  RecipientBlockedError,
  RequestError,
  sessionEnded,
} from '../../schema/errors.ts';
import type { Message } from '../../schema/model.ts';
import type { NewMessage } from '../store/append.ts';
import type { CountedAccount } from '../store/locked-account.ts';
import { rateLimit, take } from './rate-limit.ts';
import type { Services } from './services.ts';
import { fold } from './username.ts';

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
 * Sends a message: checks what needs no store, then has it stored together with what else arrives
 * meanwhile. Answers once the transaction is flushed to disk.
 */
export function sending(
  { clock, limits }: Pick<Services, 'clock' | 'limits'>,
  store: (draft: Draft) => Promise<Message>,
): Messages['send'] {
  const sends = rateLimit(limits.maxSendsPerMinute, 60);

  return async ({ account }, { to, text, clientMessageId = null }) => {
    const stored = checkedText(text, limits.maxTextLength);
    if (clientMessageId !== null) checkClientMessageId(clientMessageId);
    take(clock(), [sends, account.id]);
    const recipient = fold(to);
    if (!recipient) throw new AccountNotFoundError();
    return store({ senderId: account.id, to: recipient, text: stored, clientMessageId });
  };
}

/** Returns a text as it is stored. @throws {InvalidTextError} */
export function checkedText(text: string, limit: number): string {
  const stored = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  checkText(stored, limit);
  return stored;
}

/** @throws {InvalidTextError} when a message cannot have this text. */
function checkText(text: string, limit: number): void {
  const refuse = (reason: InvalidTextError['reason']): never => {
    throw new InvalidTextError(reason, limit, [...text].length);
  };
  // Marks and joiners that show nothing by themselves are as blank as spaces.
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(text)) refuse('EMPTY');
  // A code point has one or two code units: only a long text needs to be counted.
  if (text.length > limit && [...text].length > limit) refuse('TOO_LONG');
  if (!text.isWellFormed()) refuse('NOT_UNICODE');
  if (/[^\P{Cc}\n\t]/u.test(text)) refuse('CONTROL_CHARACTER');
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

/** The message that a sender has sent before under a clientMessageId. */
export type Earlier = Message | NewMessage | 'deleted';

/** The rows that decide a draft. */
export interface Rows {
  readonly sender: CountedAccount | undefined;
  readonly recipient: CountedAccount | undefined;
  readonly earlier: Earlier | undefined;
  /** Whether the recipient blocks the sender. */
  readonly isBlocked: boolean;
}

/**
 * Decides one draft: it is a new message, at the next positions; or it repeats an earlier one; or
 * an error refuses it.
 */
export function decide(
  { text, clientMessageId }: Draft,
  { sender, recipient, earlier, isBlocked }: Rows,
  maxPending: number,
): NewMessage | Message | Error {
  if (!sender) return sessionEnded();
  if (!recipient) return new AccountNotFoundError();
  if (earlier === 'deleted') return new ClientMessageIdReusedError('deleted');
  if (earlier) {
    const isRepeated = earlier.recipient.id === recipient.id && earlier.text === text;
    return isRepeated ? earlier : new ClientMessageIdReusedError();
  }
  if (isBlocked) return new RecipientBlockedError();
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
