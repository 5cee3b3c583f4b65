import type { ShownMessage } from '../../core/documents/message.ts';
import type { QueuedMessage } from '../../core/persistent-outbox.ts';
import type { Receipt } from '../../core/receipts.ts';
import { isOwn } from '../state/account.ts';
import { dayOf } from '../ui/time.ts';

/** The progress of a message that the viewer sent. */
export type Stage = 'sending' | 'failed' | 'stored' | 'delivered' | 'read';

export interface DayRow {
  readonly type: 'day';
  readonly id: string;
  readonly time: string;
}

export interface MessageRow {
  readonly type: 'message';
  readonly id: string;
  readonly text: string;
  readonly time: string;
  /** Undefined for messages from the counterpart. */
  readonly stage: Stage | undefined;
  readonly failure: string | undefined;
  /** Whether a failed message may succeed when it is sent again. */
  readonly retriable: boolean;
  /** Whether it is the first of a group. */
  readonly first: boolean;
  /** Whether its time and stage are always shown: once for those of a group at one stage. */
  readonly labelled: boolean;
}

export type Row = DayRow | MessageRow;

/** Messages of one sender within this time of each other form a group. */
const GROUP_MS = 5 * 60_000;

interface ConversationContent {
  readonly messages: readonly ShownMessage[];
  readonly outgoing: readonly QueuedMessage[];
  readonly receipt: Receipt | undefined;
}

/** Lays out a conversation, oldest first, with the outgoing messages at the end. */
export function rowsOf(content: ConversationContent): Row[] {
  const messages = [
    ...content.messages.map((message) => storedRow(message, content.receipt)),
    ...content.outgoing.map(outgoingRow),
  ];
  return messages.flatMap((row, index): Row[] => {
    const [before, after] = [messages[index - 1], messages[index + 1]];
    const grouped: MessageRow = {
      ...row,
      type: 'message',
      first: !before || !isOneGroup(before, row),
      labelled: !after || !isOneGroup(row, after) || row.stage !== after.stage || isUnsent(row),
    };
    if (before && isOneDay(before, row)) return [grouped];
    return [{ type: 'day', id: dayOf(row.time), time: row.time }, grouped];
  });
}

type UngroupedRow = Omit<MessageRow, 'type' | 'first' | 'labelled'>;

function storedRow(message: ShownMessage, receipt: Receipt | undefined): UngroupedRow {
  const { id, text, sentAt } = message;
  const stage = isOwn(message) ? stageOf(message, receipt) : undefined;
  return { id, text, time: sentAt, stage, failure: undefined, retriable: false };
}

function outgoingRow(message: QueuedMessage): UngroupedRow {
  const { clientMessageId: id, text, writtenAt: time } = message;
  const stage = message.failure === undefined ? 'sending' : 'failed';
  const retriable = !FINAL.has(message.failureCode ?? '');
  return { id, text, time, stage, failure: failureOf(message), retriable };
}

/** Refusals that another try does not change. */
const FINAL = new Set(['AccountNotFoundError', 'RecipientBlockedError']);

function failureOf({ to: { username }, failure, failureCode }: QueuedMessage): string | undefined {
  switch (failureCode) {
    case 'MailboxFullError':
      return `${username}'s mailbox is full. Your message can be sent once ${username} has read some.`;
    case 'AccountNotFoundError':
      return `${username}'s account was deleted.`;
    case 'RecipientBlockedError':
      return `${username} has blocked you. Nothing was sent.`;
    default:
      return failure;
  }
}

/** A receipt covers every message up to the one it names: ids sort by the time of sending. */
function stageOf({ id, read, delivered }: ShownMessage, receipt: Receipt | undefined): Stage {
  if (read || id <= (receipt?.readThrough ?? '')) return 'read';
  if (delivered || id <= (receipt?.deliveredThrough ?? '')) return 'delivered';
  return 'stored';
}

const isUnsent = ({ stage }: UngroupedRow): boolean => stage === 'sending' || stage === 'failed';

const isOneDay = (a: UngroupedRow, b: UngroupedRow): boolean => dayOf(a.time) === dayOf(b.time);

const isOneGroup = (a: UngroupedRow, b: UngroupedRow): boolean =>
  isOneDay(a, b) &&
  (a.stage === undefined) === (b.stage === undefined) &&
  Date.parse(b.time) - Date.parse(a.time) < GROUP_MS;

/** Returns the message at an index, or the one before or after a day that is there. */
export function messageAt(
  rows: readonly Row[],
  index: number,
  step: 1 | -1,
): MessageRow | undefined {
  const row = rows[index]?.type === 'day' ? rows[index + step] : rows[index];
  return row?.type === 'message' ? row : undefined;
}
