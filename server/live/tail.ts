/** What a tail follows: an ordered log that can be read from any position, and a bell that tells of more. */
export interface Log<Item> {
  /** Calls `heard` whenever there may be something new, until the returned function is called. */
  listen(heard: () => void): () => void;
  /** The next items behind a position, in order and without holes; none when the reader is level. */
  read(after: number): Promise<readonly Item[]>;
  position(item: Item): number;
}

/**
 * Follows a log for one reader: every item behind `after`, in order, once, then each new one as it comes.
 *
 * It listens first and reads then, and clears the bell before each read, so nothing falls between the two.
 * It reads a page only when the reader has taken the one before, so a slow reader costs one page of memory.
 * When `signal` aborts, its reason is thrown to the reader and nothing more is yielded.
 *
 * Not an async generator: one that waits ignores return(), so a reader who leaves a quiet log would be kept
 * for ever. Here return() wakes the wait. One call of next() at a time, as GraphQL executors do it.
 */
export function tail<Item>(log: Log<Item>, after: number, signal: AbortSignal): AsyncIterableIterator<Item> {
  let position = after;
  let page: readonly Item[] = [];
  let index = 0;
  let rung = true;
  let closed = false;
  let wake = (): void => {};

  const heard = (): void => {
    rung = true;
    wake();
  };
  const stopListening = log.listen(heard);
  signal.addEventListener('abort', heard);

  const close = (): void => {
    closed = true;
    stopListening();
    signal.removeEventListener('abort', heard);
    wake();
  };

  async function next(): Promise<IteratorResult<Item, undefined>> {
    while (!closed) {
      signal.throwIfAborted();
      const item = page[index];
      if (item !== undefined) {
        index += 1;
        position = log.position(item);
        return { done: false, value: item };
      }
      if (rung) {
        rung = false;
        page = await log.read(position);
        index = 0;
        // A page with something on it may not be the last.
        if (page.length > 0) rung = true;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    return { done: true, value: undefined };
  }

  return {
    async next() {
      try {
        return await next();
      } catch (error) {
        close();
        throw error;
      }
    },
    async return() {
      close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
