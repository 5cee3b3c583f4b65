/**
 * What is followed: something that can be read on, and a bell that tells when that is worth while.
 */
export interface Source<Item> {
  /** Calls `heard` whenever there may be something new, until the returned function is called. */
  listen(heard: () => void): () => void;
  /** What has come since the last read; nothing when the reader is level. */
  read(): Promise<readonly Item[]>;
  /** In how many ms another read is due though nothing rings; without it never. */
  dueIn?(): number | undefined;
  /**
   * Whether a read that failed in this way is worth another try after a while; without it none is.
   */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/**
 * The wait before a read is tried again, by chance around this: all readers are hit by the same
 * outage.
 */
const READ_AGAIN_MS = 1_000;

/**
 * Follows a source for one reader: what is there, then what comes, until the reader leaves or
 * `signal` aborts, whose reason is then thrown to the reader.
 *
 * It listens first and reads then, and clears the bell before each read, so nothing falls between
 * the two. It reads on only when the reader has taken everything of the read before, so a slow
 * reader costs no more than that. While the source is away the reader waits, and is told nothing.
 *
 * Not an async generator: one that waits ignores return(), so a reader who leaves a quiet source
 * would be kept for ever. Here return() wakes the wait. One call of next() at a time, as GraphQL
 * executors do it.
 */
export function follow<Item>(
  source: Source<Item>,
  signal: AbortSignal,
): AsyncIterableIterator<Item> {
  let items: readonly Item[] = [];
  let index = 0;
  let rung = true;
  let closed = false;
  let wake = (): void => {};

  const heard = (): void => {
    rung = true;
    wake();
  };
  const stopListening = source.listen(heard);
  signal.addEventListener('abort', heard);

  const close = (): void => {
    closed = true;
    stopListening();
    signal.removeEventListener('abort', heard);
    wake();
  };

  async function readOn(): Promise<void> {
    try {
      items = await source.read();
      index = 0;
      // What fills a read may not be all there is.
      if (items.length > 0) rung = true;
    } catch (error) {
      if (!source.isOutage?.(error)) throw error;
      await bell(READ_AGAIN_MS * (0.5 + Math.random()));
    }
  }

  /** Waits for the bell, which rings by itself after so many milliseconds. */
  async function bell(patience?: number): Promise<void> {
    if (closed) return;
    const timer = patience === undefined ? undefined : setTimeout(heard, patience);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    clearTimeout(timer);
  }

  async function next(): Promise<IteratorResult<Item, undefined>> {
    while (!closed) {
      signal.throwIfAborted();
      if (index < items.length) {
        const value = items[index] as Item;
        index += 1;
        return { done: false, value };
      }
      if (rung) {
        rung = false;
        await readOn();
      } else {
        await bell(source.dueIn?.());
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
