import { follow } from './follow.ts';

/** Things with a state of their own, and a bell that tells which of them may have changed. */
export interface States<State> {
  /** Calls `heard` with the key of what may have changed, or with none if anything may have. */
  listen(heard: (key?: string) => void): () => void;
  /** The states of these, or of all. */
  read(keys: ReadonlySet<string> | 'all'): Promise<readonly State[]>;
  /**
   * Whether a read that failed in this way is worth another try after a while; without it none is.
   */
  isOutage?: ((error: unknown) => boolean) | undefined;
}

/**
 * Follows states: each as it is now, then each that changes. Changes that come faster than the
 * reader takes them are seen as the last of them, so this is for what is worth knowing only as it
 * stands.
 */
export function watch<State>(
  states: States<State>,
  signal: AbortSignal,
): AsyncIterableIterator<State> {
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
          // What was to be read now still is.
          changed = 'all';
          throw error;
        }
      },
    },
    signal,
  );
}
