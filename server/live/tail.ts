import { follow } from './follow.ts';

/** An ordered log that can be read from any position, and a bell that tells of more. */
export interface Log<Item> {
  /** Calls `heard` whenever there may be something new, until the returned function is called. */
  listen(heard: () => void): () => void;
  /**
   * The next items after a position, in order and without holes; none when the reader is level.
   */
  read(after: number): Promise<readonly Item[]>;
  position(item: Item): number;
  /**
   * Whether a read that failed in this way is worth another try after a while; without it none is.
   */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/** Follows a log: every item after `after`, once and in order, then each new one as it comes. */
export function tail<Item>(
  log: Log<Item>,
  after: number,
  signal: AbortSignal,
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
    signal,
  );
}
