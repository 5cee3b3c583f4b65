import type { Client } from '@urql/core';
import { AcknowledgeMessages, MessageReceived, type ShownMessage } from './documents/message.ts';
import { codeOf, RETRY_DELAY_MS, wait } from './errors.ts';
import { follow } from './subscription.ts';

export interface InboxOptions {
  /**
   * Start after this position: where the mark stood when the session began, or where an earlier
   * inbox of it stopped. Not where the mark is by now: another session of the account may have
   * moved it past what this one never got.
   */
  readonly after: number;
  /** How many messages waited after it. */
  readonly pendingCount: number;
  /**
   * How many of these are shown unasked; when more wait, they and all that follow wait for
   * `deliver`.
   * @default Infinity
   */
  readonly first?: number;
  /**
   * Shows a message. It counts as delivered when this returns, or when the promise that it returns
   * resolves. When that rejects, neither this message nor a later one counts as delivered: they
   * come again to the next inbox.
   */
  show(message: ShownMessage): unknown;
  /** Told when one arrives that is held back, with how many wait then. */
  onHeldBack?(waiting: number): void;
}

/**
 * Messages for the viewer, each shown once and in order, and acknowledged once it has been shown.
 */
export interface Inbox {
  /** How many wait to be shown. */
  readonly waiting: number;
  /** The position of the last message that was shown. */
  readonly shownThrough: number;
  /** Shows the next ones, as many as this; when none are left, new ones are shown as they come. */
  deliver(count: number): void;
  /**
   * Resolves when no message that waited is still to be shown, but those that are held back; or at
   * the close.
   */
  caughtUp(): Promise<void>;
  /** Resolves when everything that was shown is acknowledged. */
  settled(): Promise<void>;
  close(): void;
}

/**
 * Opens the viewer's mailbox.
 *
 * @example
 * const { deliveredThrough: after, pendingCount } = login.mailbox;
 * const inbox = openInbox(client, { after, pendingCount, show: ({ text }) => console.log(text) });
 */
export function openInbox(
  client: Client,
  { after, pendingCount, first = Number.POSITIVE_INFINITY, show, onHeldBack }: InboxOptions,
): Inbox {
  const held: ShownMessage[] = [];
  let shown = 0;
  let shownThrough = after;
  let receivedThrough = after;
  let allowed = pendingCount > first ? first : Number.POSITIVE_INFINITY;
  const marker = acknowledger(client);
  /**
   * Resolves when all is shown that takes its time; a later message may be done first, and waits
   * for the earlier.
   */
  let shownInOrder: Promise<unknown> = Promise.resolve();

  let watchers: (() => void)[] = [];
  let closed = false;

  const waiting = (): number => Math.max(pendingCount - shown, held.length);
  const caughtUp = (): boolean => closed || allowed === 0 || waiting() === 0;

  function tellWatchers(): void {
    if (!caughtUp()) return;
    for (const tell of watchers) tell();
    watchers = [];
  }

  function showAllowed(): void {
    while (allowed > 0 && held.length > 0) {
      const message = held.shift() as ShownMessage;
      allowed -= 1;
      shown += 1;
      const showing = show(message);
      shownThrough = message.position ?? shownThrough;
      const acknowledge = () => marker.through(message.position ?? 0);
      if (showing instanceof Promise)
        shownInOrder = Promise.all([shownInOrder, showing]).then(acknowledge);
      else acknowledge();
      // What was not shown to the end is not acknowledged, and whoever shows it knows why.
      shownInOrder.catch(() => {});
    }
    if (waiting() === 0) allowed = Number.POSITIVE_INFINITY;
    tellWatchers();
  }

  function receive(message: ShownMessage): void {
    receivedThrough = message.position ?? receivedThrough;
    held.push(message);
    showAllowed();
    if (held.length > 0 && shown + held.length > pendingCount) onHeldBack?.(waiting());
  }

  const unsubscribe = follow(
    client,
    MessageReceived,
    {
      get after() {
        return receivedThrough;
      },
    },
    ({ messageReceived }) => receive(messageReceived),
  );
  return {
    get waiting() {
      return waiting();
    },
    deliver(count) {
      if (allowed !== Number.POSITIVE_INFINITY) allowed += count;
      showAllowed();
    },
    get shownThrough() {
      return shownThrough;
    },
    caughtUp: () =>
      new Promise((resolve) => {
        watchers.push(resolve);
        tellWatchers();
      }),
    async settled() {
      await shownInOrder.catch(() => {});
      await marker.settled();
    },
    close() {
      closed = true;
      unsubscribe();
      tellWatchers();
    },
  };
}

/**
 * Moves the mark, one request at a time: while one is under way, only the furthest position is
 * remembered.
 */
function acknowledger(client: Client) {
  let wanted = 0;
  let reached = 0;
  let moving: Promise<void> | undefined;

  async function move(): Promise<void> {
    while (wanted > reached) {
      const through = wanted;
      const { error } = await client
        .mutation(AcknowledgeMessages, { input: { through } })
        .toPromise();
      const code = codeOf(error);
      if (code === 'UNAVAILABLE' || code === 'LIMIT_EXCEEDED') await wait(RETRY_DELAY_MS);
      // The session is over, or the server is in trouble: what is not acknowledged comes again.
      else if (error) break;
      else reached = through;
    }
    moving = undefined;
  }

  return {
    through(position: number): void {
      if (position <= wanted) return;
      wanted = position;
      moving ??= move();
    },
    settled: async (): Promise<void> => moving,
  };
}
