import { follow, type Reader } from './follow.ts';

/** An ordered log that can be read from any position, and a bell that rings when it grows. */
export interface Log<Item> {
  /** Calls `heard` whenever there may be something new, until the returned function is called. */
  listen(heard: () => void): () => void;
  /** Returns the next items after a position, in order and without gaps: empty when caught up. */
  read(after: number): Promise<readonly Item[]>;
  position(item: Item): number;
  /** Whether to retry a read that failed in this way. By default the error ends the reader. */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/** Follows a log: yields every item after `after` once and in order, then each new one. */
export function tail<Item>(
  log: Log<Item>,
  after: number,
  reader: Reader,
): AsyncIterableIterator<Item> {
  let position = after;
  return follow(
    {
      listen: log.listen,
      isOutage: log.isOutage,
      async read() {
        const page = await log.read(position);
        const last = page.at(-1);
        if (last !== undefined) position = log.position(last);
        return page;
      },
    },
    reader,
  );
}
