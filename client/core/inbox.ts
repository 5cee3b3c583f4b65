import type { Client, CombinedError } from '@urql/core';
import { codeOf } from './connect.ts';
import { AcknowledgeMessages, MessageReceived, type ShownMessage } from './documents.ts';

export interface InboxOptions {
  /** Start behind this position, where another inbox of the same session stopped, and not at the mark. */
  readonly after?: number | undefined;
  /** How many waited when the session began. */
  readonly pendingCount: number;
  /** How many of these are shown unasked; when more wait, they and all behind them wait for `deliver`. */
  readonly first: number;
  /** Shows a message. It counts as delivered when this returns, or when what it returns resolves. */
  show(message: ShownMessage): unknown;
  /** Told when one arrives that is held back, with how many wait then. */
  onHeldBack?(waiting: number): void;
}

/** Messages for the viewer, each shown once and in order, and acknowledged once it has been shown. */
export interface Inbox {
  /** How many wait to be shown. */
  readonly waiting: number;
  /** The position of the last message that was shown; undefined before the first. */
  readonly shownThrough: number | undefined;
  /** Shows the next ones, as many as this; when none are left, new ones are shown as they come. */
  deliver(count: number): void;
  /** Resolves when no message that waited is still to be shown, but those that are held back; or at the close. */
  caughtUp(): Promise<void>;
  /** Resolves when everything that was shown is acknowledged. */
  settled(): Promise<void>;
  close(): void;
}

/** The wait before the messages are asked for again, after the server had a fault of its own. */
const FOLLOW_AGAIN_MS = 1_000;

/** Opens the viewer's mailbox, from the mark on. */
export function openInbox(client: Client, { after, pendingCount, first, show, onHeldBack }: InboxOptions): Inbox {
  const held: ShownMessage[] = [];
  let shown = 0;
  let shownThrough = after;
  let lastPosition = after ?? null;
  let allowed = pendingCount > first ? first : Number.POSITIVE_INFINITY;
  const marker = acknowledger(client);

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
      if (showing instanceof Promise) showing.then(acknowledge);
      else acknowledge();
    }
    if (waiting() === 0) allowed = Number.POSITIVE_INFINITY;
    tellWatchers();
  }

  // Read anew at each reconnect: it goes on behind what has come, not at the mark, which another session of the
  // same account may have moved past what this one never got.
  const variables = {
    get after() {
      return lastPosition;
    },
  };
  let again: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => {};

  function follow(): void {
    ({ unsubscribe } = client.subscription(MessageReceived, variables).subscribe(({ data, error }) => {
      // A fault ends the stream and leaves the socket open, so nothing else would begin it anew.
      if (error && !closed && !isOver(error)) again = setTimeout(follow, FOLLOW_AGAIN_MS);
      if (!error && data) receive(data.messageReceived);
    }));
  }

  function receive(message: ShownMessage): void {
    lastPosition = message.position;
    held.push(message);
    showAllowed();
    if (held.length > 0 && shown + held.length > pendingCount) onHeldBack?.(waiting());
  }

  /** Finds out where the mark is, for a connection that breaks before the first message; it moves nothing. */
  async function rememberMark(): Promise<void> {
    const { data } = await client.mutation(AcknowledgeMessages, { input: { through: 0 } }).toPromise();
    const answer = data?.acknowledgeMessages;
    if (answer?.__typename === 'AcknowledgeMessagesSuccess') lastPosition ??= answer.deliveredThrough;
  }

  follow();
  if (lastPosition === null) rememberMark();
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
    settled: marker.settled,
    close() {
      closed = true;
      clearTimeout(again);
      unsubscribe();
      tellWatchers();
    },
  };
}

/** The session has ended or its socket is closed for good: the answer to asking again would be the same. */
const isOver = (error: CombinedError): boolean =>
  error.networkError !== undefined || codeOf(error) === 'SESSION_ENDED' || codeOf(error) === 'UNAUTHENTICATED';

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
      if (position <= wanted) return;
      wanted = position;
      moving ??= move();
    },
    settled: async (): Promise<void> => moving,
  };
}
