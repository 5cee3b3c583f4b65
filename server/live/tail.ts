import { setImmediate as nextTurn } from 'node:timers/promises';
import { follow, type Reader } from './follow.ts';

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
  /** Called with the number of items that the reader is about to get. */
  readonly onTaken?: ((count: number) => void) | undefined;
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

  function hear(items?: readonly Item[]): void {
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
    try {
      const page = await log.read(position);
      const last = page.at(-1);
      if (last !== undefined) position = log.position(last);
      isCatchingUp = page.length >= log.pageSize;
      mustRead ||= isCatchingUp;
      return page;
    } catch (error) {
      mustRead = true;
      throw error;
    }
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
        const next = takeHandedOver();
        const items = next.length > 0 || !mustRead ? next : await readLog();
        log.onTaken?.(items.length);
        return items;
      },
    },
    reader,
  );
}
