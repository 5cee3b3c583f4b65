import type { Client } from '@urql/core';
import { AcknowledgeMessages, MessageReceived, type ShownMessage } from './documents.ts';

export interface InboxOptions {
  /** How many waited when the session began. */
  readonly pendingCount: number;
  /** How many of these are shown unasked; when more wait, they and all behind them wait for `deliver`. */
  readonly first: number;
  /** Shows a message. It counts as delivered when this returns. */
  show(message: ShownMessage): void;
  /** Told when one arrives that is held back, with how many wait then. */
  onHeldBack?(waiting: number): void;
}

/** Messages for the viewer, each shown once and in order, and acknowledged once it has been shown. */
export interface Inbox {
  /** How many wait to be shown. */
  readonly waiting: number;
  /** Shows the next ones, as many as this; when none are left, new ones are shown as they come. */
  deliver(count: number): void;
  /** Resolves when everything that was shown is acknowledged. */
  settled(): Promise<void>;
  close(): void;
}

/** Opens the viewer's mailbox, from the mark on. */
export function openInbox(client: Client, { pendingCount, first, show, onHeldBack }: InboxOptions): Inbox {
  const held: ShownMessage[] = [];
  let shown = 0;
  let lastPosition = 0;
  let allowed = pendingCount > first ? first : Number.POSITIVE_INFINITY;
  const marker = acknowledger(client);

  const waiting = (): number => Math.max(pendingCount - shown, held.length);

  function showAllowed(): void {
    while (allowed > 0 && held.length > 0) {
      const message = held.shift() as ShownMessage;
      allowed -= 1;
      shown += 1;
      show(message);
      marker.through(message.position ?? 0);
    }
    if (waiting() === 0) allowed = Number.POSITIVE_INFINITY;
  }

  // Read anew at each reconnect: it goes on behind what has come, not at the mark, which another session of the
  // same account may have moved past what this one never got.
  const variables = {
    get after() {
      return lastPosition === 0 ? null : lastPosition;
    },
  };

  const { unsubscribe } = client.subscription(MessageReceived, variables).subscribe(({ data }) => {
    const message = data?.messageReceived;
    if (!message) return;
    lastPosition = message.position ?? lastPosition;
    held.push(message);
    showAllowed();
    if (held.length > 0 && shown + held.length > pendingCount) onHeldBack?.(waiting());
  });

  return {
    get waiting() {
      return waiting();
    },
    deliver(count) {
      if (allowed !== Number.POSITIVE_INFINITY) allowed += count;
      showAllowed();
    },
    settled: marker.settled,
    close: unsubscribe,
  };
}

/** Moves the mark, one request at a time: while one is under way, only the furthest position is remembered. */
function acknowledger(client: Client) {
  let wanted = 0;
  let reached = 0;
  let moving: Promise<void> | undefined;

  async function move(): Promise<void> {
    while (wanted > reached) {
      const through = wanted;
      const { error } = await client.mutation(AcknowledgeMessages, { input: { through } }).toPromise();
      // The session is over, or the server is in trouble: what is not acknowledged comes again.
      if (error) break;
      reached = through;
    }
    moving = undefined;
  }

  return {
    through(position: number): void {
      wanted = Math.max(wanted, position);
      moving ??= move();
    },
    settled: async (): Promise<void> => moving,
  };
}
