import type { Client } from '@urql/core';
import { AcknowledgeMessages, MessageReceived, type ShownMessage } from './documents/message.ts';
import { codeOf, RETRY_DELAY_MS, wait } from './errors.ts';
import { follow } from './subscription.ts';

export interface InboxOptions {
  /**
   * Start after this position: the mailbox's `deliveredThrough` at login, or the `shownThrough` of
   * an earlier inbox of the session. Not the mailbox's present `deliveredThrough`: another session
   * may have acknowledged messages that this one has not received.
   */
  readonly after: number;
  /** How many messages are waiting after it. */
  readonly pendingCount: number;
  /**
   * How many of them are shown right away. The rest and all later messages wait for `deliver`.
   * @default Infinity
   */
  readonly first?: number;
  /**
   * Shows a message. It counts as delivered when this returns, or when the promise that it returns
   * resolves. If the promise rejects, this message and all later ones are delivered again to the
   * next inbox.
   */
  show(message: ShownMessage): unknown;
  /**
   * Called when a message arrives and is held back, with the number that are waiting.
   * @default does nothing
   */
  onHeldBack?(waiting: number): void;
}

/** The viewer's messages, shown in order and each once, and acknowledged once shown. */
export interface Inbox {
  /** How many messages wait to be shown. */
  readonly waiting: number;
  /** The position of the last message that was shown. */
  readonly shownThrough: number;
  /** Shows the next `count` messages. Once none are left, new ones are shown as they arrive. */
  deliver(count: number): void;
  /** Resolves once the backlog is shown, except held-back messages, or on close. */
  caughtUp(): Promise<void>;
  /** Resolves once everything shown is acknowledged. */
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
  const acknowledgements = acknowledgeInOrder(client);
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
    while (allowed > 0) {
      const message = held.shift();
      if (!message) break;
      allowed -= 1;
      shown += 1;
      const showing = show(message);
      shownThrough = message.position ?? shownThrough;
      acknowledgements.add(showing, message.position ?? 0);
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
    settled: acknowledgements.settled,
    close() {
      closed = true;
      unsubscribe();
      tellWatchers();
    },
  };
}

/** Acknowledges each message once it and all earlier ones are shown. */
function acknowledgeInOrder(client: Client) {
  const { through, settled } = acknowledger(client);
  let shownInOrder: Promise<unknown> = Promise.resolve();
  return {
    add(showing: unknown, position: number): void {
      if (showing instanceof Promise) {
        shownInOrder = Promise.all([shownInOrder, showing]).then(() => through(position));
        // A message whose `show` fails is not acknowledged; the error is for its caller.
        shownInOrder.catch(() => {});
      } else {
        through(position);
      }
    },
    async settled(): Promise<void> {
      await shownInOrder.catch(() => {});
      await settled();
    },
  };
}

/** Acknowledges with one request at a time; meanwhile only the furthest position is remembered. */
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
      // The session has ended or the server failed: unacknowledged messages are delivered again.
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
