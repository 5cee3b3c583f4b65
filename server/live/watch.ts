import { follow, type Reader } from './follow.ts';

/** A set of states by key, and a bell that rings when some of them may have changed. */
export interface States<State> {
  /** Calls `heard` with the key that may have changed, or without one if any may have. */
  listen(heard: (key?: string) => void): () => void;
  /** Returns the states of these keys, or of all. */
  read(keys: ReadonlySet<string> | 'all'): Promise<readonly State[]>;
  /** Whether to retry a read that failed in this way. By default the error ends the reader. */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/**
 * Follows states: yields the current ones, then each that changes. A slow reader sees only the
 * latest of several changes.
 */
export function watch<State>(states: States<State>, reader: Reader): AsyncIterableIterator<State> {
  let changed: Set<string> | 'all' = 'all';
  return follow(
    {
      listen: (heard) =>
        states.listen((key) => {
          if (key === undefined) changed = 'all';
          else if (changed !== 'all') changed.add(key);
          heard();
        }),
      isOutage: states.isOutage,
      async read() {
        const keys = changed;
        changed = new Set();
        if (keys !== 'all' && keys.size === 0) return [];
        try {
          return await states.read(keys);
        } catch (error) {
          // These keys are still unread.
          changed = 'all';
          throw error;
        }
      },
    },
    reader,
  );
}
