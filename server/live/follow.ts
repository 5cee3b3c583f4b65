/** Something that can be read again and again for what is new, with a bell that says when. */
export interface Source<Item> {
  /** Calls `heard` whenever there may be something new, until the returned function is called. */
  listen(heard: () => void): () => void;
  /** Returns what is new since the last read: empty when caught up. */
  read(): Promise<readonly Item[]>;
  /** Whether more is there already, after the last read. By default it was everything. */
  hasMore?(): boolean;
  /** Milliseconds until the next read is due even without a ring; undefined when none is. */
  dueIn?(): number | undefined;
  /** Whether to retry a read that failed in this way. By default the error ends the reader. */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/** The reader of a source. It is disposed of once it has left. */
export interface Reader extends Disposable {
  /** Aborts when the reader may read no more; its reason is thrown to the reader. */
  readonly ended: AbortSignal;
}

/**
 * The average pause before a failed read is retried. It is random, since one outage hits all
 * readers at once.
 */
const RETRY_DELAY_MS = 1_000;

/**
 * Follows a source for one reader: yields what is there, then what is new, until the reader leaves
 * or its `ended` aborts.
 *
 * It listens first and reads second, and clears the bell before each read, so nothing is lost in
 * between. It reads again only once everything of the last read is taken, so a slow reader costs no
 * more than one read. During an outage the reader just waits.
 *
 * Not an async generator: a waiting generator ignores return(), so a reader that leaves a quiet
 * source would be kept forever. Here return() wakes the wait. Call next() one at a time, as GraphQL
 * executors do.
 */
export function follow<Item>(source: Source<Item>, reader: Reader): AsyncIterableIterator<Item> {
  const { ended } = reader;
  const bell = latch();
  let items: readonly Item[] = [];
  let index = 0;
  let closed = false;

  const stopListening = source.listen(bell.ring);
  ended.addEventListener('abort', bell.ring);

  function close(): void {
    if (closed) return;
    closed = true;
    stopListening();
    ended.removeEventListener('abort', bell.ring);
    reader[Symbol.dispose]();
    bell.ring();
  }

  async function readOn(): Promise<void> {
    try {
      items = await source.read();
      index = 0;
      if (source.hasMore?.()) bell.ring();
    } catch (error) {
      if (closed) return;
      if (!source.isOutage?.(error)) throw error;
      await bell.wait(RETRY_DELAY_MS * (0.5 + Math.random()));
    }
  }

  async function next(): Promise<IteratorResult<Item, undefined>> {
    while (!closed) {
      ended.throwIfAborted();
      if (index < items.length) {
        const value = items[index] as Item;
        index += 1;
        return { done: false, value };
      }
      if (bell.take()) await readOn();
      else await bell.wait(source.dueIn?.());
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

/** Remembers one ring until it is taken. It starts rung, for the first read. */
function latch() {
  let rung = true;
  let wake = (): void => {};

  function ring(): void {
    rung = true;
    wake();
  }

  return {
    ring,
    /** Returns whether it has rung since the last call. */
    take(): boolean {
      const wasRung = rung;
      rung = false;
      return wasRung;
    },
    /** Waits for a ring, or rings by itself after `timeoutMs`. */
    async wait(timeoutMs?: number): Promise<void> {
      const timer = timeoutMs === undefined ? undefined : setTimeout(ring, timeoutMs);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      clearTimeout(timer);
    },
  };
}
