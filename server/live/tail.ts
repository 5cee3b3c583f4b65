import { setImmediate as nextTurn } from 'node:timers/promises';
import { follow, type Reader } from './follow.ts';
import { tailLag } from './tail-lag.ts';

/** An ordered log that can be read from any position, and a bell that rings when it grows. */
export interface Log<Item> {
  /**
   * Calls `heard` whenever there may be something new, until the returned function is called. A
   * ring may hand over the new items, in order.
   */
  listen(heard: (items?: readonly Item[]) => void): () => void;
  /** Returns the next items after a position, in order and without gaps. */
  read(after: number): Promise<readonly Item[]>;
  /** The number of items that one read returns, unless fewer are left. */
  readonly pageSize: number;
  /** The position of an item, one more than that of the item before. */
  position(item: Item): number;
  /**
   * Called with the number of items that the reader is about to get, and the seconds since the ring
   * that they answer, once the reader is level with the log. What was there before needs no ring.
   */
  readonly onTaken?: ((count: number, lag: number | undefined) => void) | undefined;
  /** Whether to retry a read that failed in this way. By default the error ends the reader. */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/**
 * Follows a log: yields every item after `after` once and in order, then each new one.
 *
 * A reader that is level with the log takes the next item from the ring that hands it over. After
 * any other ring, and at the first gap, it reads the log: correctness rests on positions alone.
 */
export function tail<Item>(
  log: Log<Item>,
  after: number,
  reader: Reader,
): AsyncIterableIterator<Item> {
  let position = after;
  /** Items from rings, at most a page: what a slow reader has not taken stays in the log. */
  let handedOver: Item[] = [];
  /** Whether the log may have items that no ring has handed over. */
  let mustRead = true;
  let isCatchingUp = false;
  const lag = tailLag();

  function hear(items?: readonly Item[]): void {
    lag.rung();
    if (items && handedOver.length + items.length <= log.pageSize) handedOver.push(...items);
    else mustRead = true;
  }

  /** Takes those items from rings that follow the position without a gap. */
  function takeHandedOver(): Item[] {
    const next: Item[] = [];
    for (const item of handedOver) {
      const distance = log.position(item) - position;
      if (distance === 1) {
        next.push(item);
        position += 1;
      } else if (distance > 1) {
        mustRead = true;
      }
    }
    handedOver = [];
    return next;
  }

  async function readLog(): Promise<readonly Item[]> {
    // With a long backlog it would keep all others from the event loop.
    if (isCatchingUp) await nextTurn();
    mustRead = false;
    lag.begin();
    try {
      const page = await log.read(position);
      const last = page.at(-1);
      if (last !== undefined) position = log.position(last);
      isCatchingUp = page.length >= log.pageSize;
      if (isCatchingUp) leaveMore();
      return page;
    } catch (error) {
      leaveMore();
      throw error;
    }
  }

  function leaveMore(): void {
    mustRead = true;
    lag.leave();
  }

  return follow(
    {
      listen: (heard) =>
        log.listen((items) => {
          hear(items);
          heard();
        }),
      isOutage: log.isOutage,
      hasMore: () => mustRead,
      async read() {
        const wasCatchingUp = isCatchingUp;
        const next = takeHandedOver();
        if (!mustRead) lag.begin();
        const items = next.length > 0 || !mustRead ? next : await readLog();
        const isNeedless = items.length === 0 && !wasCatchingUp;
        const seconds = lag.end();
        log.onTaken?.(items.length, isNeedless ? undefined : seconds);
        return items;
      },
    },
    reader,
  );
}
