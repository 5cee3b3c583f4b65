import DataLoader from 'dataloader';

/** The most keys that one statement reads: as many as the largest page has items. */
const MAX_KEYS = 100;

/**
 * Returns a function that reads the value of a key. Calls in the same turn of the event loop, such
 * as those for the items of a list, are read together. Nothing is cached: what a subscription reads
 * for one event may have changed by the next.
 */
export function readTogether<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
): (key: Key) => Promise<Value> {
  const loader = new DataLoader(read, { cache: false, maxBatchSize: MAX_KEYS });
  return (key) => loader.load(key);
}
