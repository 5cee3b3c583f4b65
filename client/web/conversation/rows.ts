import type { ShownMessage } from '../../core/documents/message.ts';
import type { ReceiptReceived } from '../../core/documents/receipt.ts';
import type { ResultOf } from '../../core/graphql.ts';
import type { QueuedMessage } from '../../core/persistent-outbox.ts';
import { dayOf } from '../ui/time.ts';

/** How far a counterpart has got. */
export type Receipt = ResultOf<typeof ReceiptReceived>['receiptReceived'];

/** How far a message of the viewer's has got. */
export type Stage = 'sending' | 'failed' | 'stored' | 'delivered' | 'read';

/** One line of a conversation: the beginning of a day, or a message. */
export type Row =
  | { readonly type: 'day'; readonly key: string; readonly time: string }
  | {
      readonly type: 'message';
      readonly key: string;
      readonly text: string;
      readonly time: string;
      /** Of whoever looks; only then it has a stage. */
      readonly stage: Stage | undefined;
      readonly failure: string | undefined;
      /** Where it stands among messages of the same sender in quick succession. */
      readonly first: boolean;
      readonly last: boolean;
    };
type MessageRow = Extract<Row, { type: 'message' }>;

/** Messages of one sender this close to each other are one group. */
const GROUP_MS = 5 * 60_000;

export interface Written {
  readonly viewerId: string;
  readonly messages: readonly ShownMessage[];
  readonly outgoing: readonly QueuedMessage[];
  readonly receipt: Receipt | undefined;
}

/** Lays a conversation out, oldest first, with what is on its way at the end. */
export function rowsOf({ viewerId, messages, outgoing, receipt }: Written): Row[] {
  const stored = messages.map((message) =>
    messageRow(message.id, message.text, message.sentAt, stageOf(message, viewerId, receipt)),
  );
  const waiting = outgoing.map(({ clientMessageId, text, writtenAt, failure }) =>
    messageRow(
      clientMessageId,
      text,
      writtenAt,
      failure === undefined ? 'sending' : 'failed',
      failure,
    ),
  );
  const rows: Row[] = [];
  let previous: MessageRow | undefined;
  for (const row of [...stored, ...waiting]) {
    if (!previous || dayOf(previous.time) !== dayOf(row.time)) {
      rows.push({ type: 'day', key: dayOf(row.time), time: row.time });
      previous = undefined;
    }
    const first = !previous || !isOneGroup(previous, row);
    if (!first) rows.push({ ...(rows.pop() as MessageRow), last: false });
    rows.push({ ...row, first });
    previous = row;
  }
  return rows;
}

const messageRow = (
  key: string,
  text: string,
  time: string,
  stage?: Stage,
  failure?: string,
): MessageRow => ({
  type: 'message',
  key,
  text,
  time,
  stage,
  failure,
  first: true,
  last: true,
});

const isOneGroup = (a: MessageRow, b: MessageRow): boolean =>
  (a.stage === undefined) === (b.stage === undefined) &&
  Date.parse(b.time) - Date.parse(a.time) < GROUP_MS;

/** A mark covers what was sent before it: ids sort by the time of sending. */
function stageOf(
  message: ShownMessage,
  viewerId: string,
  receipt: Receipt | undefined,
): Stage | undefined {
  if (message.sender?.id !== viewerId) return undefined;
  if (message.read || message.id <= (receipt?.readThrough ?? '')) return 'read';
  if (message.delivered || message.id <= (receipt?.deliveredThrough ?? '')) return 'delivered';
  return 'stored';
}
