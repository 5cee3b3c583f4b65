import { styleText } from 'node:util';
import { escapeControls } from './escape.ts';
import { line } from './print.ts';
import type { Printed } from './printed.ts';

export type DeliveryState = 'sending' | 'failed' | 'sent' | 'delivered' | 'read';

/** The mark of each state, in the order in which a message goes through them. */
const MARKS: Record<DeliveryState, string> = {
  sending: '…',
  failed: styleText('red', '✗'),
  sent: '·',
  delivered: '✓',
  read: styleText('green', '✓✓'),
};
const order = Object.keys(MARKS);

/** A message that the viewer wrote, as a terminal shows it. */
export interface OwnMessage {
  id?: string;
  counterpartId?: string;
  readonly clientMessageId?: string;
  readonly to: string;
  readonly text: string;
  sentAt: string;
  state: DeliveryState;
  /** Whether it is shown within its conversation, where nobody needs to be told whom it is to. */
  readonly here: boolean;
}

interface Row {
  readonly message: OwnMessage;
  readonly printed: Printed;
}

/** How far a counterpart has received and read. */
export interface Reached {
  readonly counterpartId: string;
  readonly deliveredThrough: string | null;
  readonly readThrough: string | null;
}

/** The viewer's messages in a window. The mark of each changes in place. */
export interface OwnMessages {
  /** Shows a message in the way that `print` does. */
  add(message: OwnMessage, print: (text: string) => Printed): void;
  /** Changes the message with this clientMessageId. */
  answered(
    clientMessageId: string,
    answer: Partial<Pick<OwnMessage, 'id' | 'counterpartId' | 'sentAt'>> & { state: DeliveryState },
  ): void;
  advance(reached: Reached): void;
  /** Whether this message, which has arrived, is one that was written here. */
  includes(message: { readonly id: string; readonly to: string; readonly text: string }): boolean;
  /** Whether the newest message to a counterpart, up to this id, is in the window. */
  shows(counterpartId: string, through: string | null): boolean;
}

export function newOwnMessages(): OwnMessages {
  let rows: Row[] = [];

  function show({ message, printed }: Row): void {
    printed.replace(textOf(message));
  }

  function advanceTo(state: DeliveryState, counterpartId: string, through: string | null): void {
    for (const row of rows.filter(({ message }) => isUpTo(message, counterpartId, through))) {
      if (order.indexOf(row.message.state) >= order.indexOf(state)) continue;
      row.message.state = state;
      show(row);
    }
  }

  return {
    add(message, print) {
      rows = rows.filter(({ message, printed }) => printed.visible || isAwaited(message));
      rows.push({ message, printed: print(textOf(message)) });
    },
    answered(clientMessageId, answer) {
      const row = rows.find(({ message }) => message.clientMessageId === clientMessageId);
      if (!row) return;
      Object.assign(row.message, answer);
      show(row);
    },
    advance({ counterpartId, deliveredThrough, readThrough }) {
      advanceTo('read', counterpartId, readThrough);
      advanceTo('delivered', counterpartId, deliveredThrough);
    },
    includes: ({ id, to, text }) =>
      rows.some(({ message }) =>
        // A message to oneself may arrive before the answer to its sender.
        message.id ? message.id === id : message.to === to && message.text === text,
      ),
    shows: (counterpartId, through) =>
      rows.findLast(({ message }) => isUpTo(message, counterpartId, through))?.printed.visible ??
      false,
  };
}

/** Whether the answer to a message from here, or a receipt of it, is still to come. */
const isAwaited = ({ clientMessageId, state }: OwnMessage): boolean =>
  clientMessageId !== undefined && state !== 'read' && state !== 'failed';

/** Whether a message to a counterpart is the one with this id or an earlier one: ids sort by time. */
const isUpTo = ({ id, ...message }: OwnMessage, counterpartId: string, through: string | null) =>
  id !== undefined && through !== null && message.counterpartId === counterpartId && id <= through;

function textOf({ to, text, sentAt, state, here }: OwnMessage): string {
  const gap = state === 'read' ? '' : ' ';
  const who = here ? 'you' : `you → ${escapeControls(to)}`;
  return line({ sentAt, text }, `${MARKS[state]}${gap} ${who}`);
}
