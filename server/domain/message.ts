import type { Messages } from '../../schema/context.ts';
import {
  AccountNotFoundError,
  BeyondMailboxError,
  InvalidTextError,
  RequestError,
  sessionEnded,
} from '../../schema/errors.ts';
import type { Message, Viewer } from '../../schema/model.ts';
import { tail } from '../live/tail.ts';
import {
  type AccountRow,
  type AdvancedMark,
  accountWithId,
  advanceMark,
} from '../store/account.ts';
import { appendMessages, type Draft } from '../store/append.ts';
import { batch } from '../store/batch.ts';
import { isOutage } from '../store/errors.ts';
import { messagesReceived, messagesSent, sendersBetween } from '../store/message.ts';
import { type ConnectedSessions, untilDisposed } from './lease.ts';
import { mailboxAsOf } from './mailbox.ts';
import { rateLimit, take } from './rate-limit.ts';
import { type Services, topic } from './services.ts';
import { fold } from './username.ts';

/**
 * Messages that a subscription reads at a time: what a slow reader costs in memory, 16 KB each at
 * the most.
 */
const TAIL_PAGE = 32;
/** The most messages that one transaction stores. */
const MAX_BATCH = 500;
/** Messages whose senders are told at a time that they were delivered. */
const RECEIPT_BATCH = 1_000;
const MAX_CLIENT_ID = 64;

export function messages(
  { store, bell, clock, limits, longWork }: Services,
  connected: ConnectedSessions,
): Messages {
  const sends = rateLimit(limits.maxSendsPerMinute, 60);

  const append = batch(async (drafts: readonly Draft[]) => {
    const results = await appendMessages(store.db, drafts, limits.maxPendingMessages, clock());
    // After the commit, and once for each mailbox however many messages went into it.
    const stored = results.filter((result): result is Message => !(result instanceof Error));
    for (const id of new Set(stored.map(({ recipient }) => recipient.id)))
      bell.ring(topic.mailbox(id));
    for (const id of new Set(stored.map(({ sender }) => sender?.id)))
      if (id) bell.ring(topic.sent(id));
    return results;
  }, MAX_BATCH);

  /**
   * The viewer's row as it is now: the session was good a moment ago, but the account may just have
   * gone.
   */
  async function rowOf({ account }: Viewer): Promise<AccountRow> {
    const row = await accountWithId(store.db, account.id, clock());
    if (!row) throw sessionEnded();
    return row;
  }

  /** Rings for those whose messages are newly delivered. */
  function ringSenders(
    recipientId: string,
    { deliveredBefore, deliveredThrough }: AdvancedMark,
  ): Promise<void> {
    let rungThrough = deliveredBefore;
    return longWork(async () => {
      const through = Math.min(rungThrough + RECEIPT_BATCH, deliveredThrough);
      for (const senderId of await sendersBetween(store.db, recipientId, rungThrough, through)) {
        bell.ring(topic.receipts(senderId), recipientId);
      }
      rungThrough = through;
      return through < deliveredThrough;
    });
  }

  /**
   * Follows one of the viewer's logs of messages after a position, for as long as the session
   * lasts.
   */
  function tailOf(
    viewer: Viewer,
    topicOf: (accountId: string) => string,
    read: typeof messagesReceived | typeof messagesSent,
    position: (message: Message) => number,
    start: number,
  ): AsyncIterable<Message> {
    const { id } = viewer.account;
    const attendance = connected.attend(viewer);
    return tail(
      {
        listen: untilDisposed(attendance, (heard: () => void) => bell.listen(topicOf(id), heard)),
        read: (position) => read(store.db, id, { after: position, limit: TAIL_PAGE }, clock()),
        position,
        isOutage,
      },
      start,
      attendance.ended,
    );
  }

  return {
    async send({ account }, { to, text, clientMessageId = null }) {
      checkText(text, limits.maxTextLength);
      if (clientMessageId !== null) checkClientMessageId(clientMessageId);
      take(clock(), [sends, account.id]);
      const recipient = fold(to);
      if (!recipient) throw new AccountNotFoundError();
      return append({ senderId: account.id, to: recipient, text, clientMessageId });
    },

    async pending(viewer, { after, limit }) {
      const { deliveredThrough } = await rowOf(viewer);
      const start = Math.max(after ?? 0, deliveredThrough);
      return messagesReceived(store.db, viewer.account.id, { after: start, limit }, clock());
    },

    mailbox: async (viewer) => mailboxAsOf(await rowOf(viewer)),

    async acknowledge({ account }, through) {
      const mark = await advanceMark(store.db, account.id, through);
      if (!mark) throw sessionEnded();
      if (through > mark.lastPosition) throw new BeyondMailboxError(mark.lastPosition);
      if (mark.deliveredThrough > mark.deliveredBefore) await ringSenders(account.id, mark);
      return {
        deliveredThrough: mark.deliveredThrough,
        pendingCount: mark.lastPosition - mark.deliveredThrough,
      };
    },

    async received(viewer, after) {
      const start = startAfter(after) ?? (await rowOf(viewer)).deliveredThrough;
      return tailOf(viewer, topic.mailbox, messagesReceived, ({ position }) => position, start);
    },

    async sent(viewer, after) {
      const start = startAfter(after) ?? (await rowOf(viewer)).sentCount;
      return tailOf(viewer, topic.sent, messagesSent, ({ sentPosition }) => sentPosition, start);
    },
  };
}

/** Where a subscriber wants to start, if they say so. @throws {RequestError} */
function startAfter(after: number | null): number | null {
  if (after !== null && after < 0)
    throw new RequestError('BAD_USER_INPUT', '`after` must not be negative.');
  return after;
}

/** @throws {InvalidTextError} when this is not a text that can be sent. */
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

function checkClientMessageId(id: string): void {
  if (id.length < 1 || id.length > MAX_CLIENT_ID || !id.isWellFormed() || /\p{Cc}/u.test(id)) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `\`clientMessageId\` has 1 to ${MAX_CLIENT_ID} printable characters.`,
    );
  }
}
