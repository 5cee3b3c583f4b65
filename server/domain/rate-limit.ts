import { RateLimitedError } from '../../schema/errors.ts';

/**
 * The most keys that a rate limit counts. Beyond that the oldest count is dropped. To evict a count,
 * an attacker needs 100,000 events, each of which costs a hash, an account or a message.
 */
const MAX_KEYS = 100_000;

/** The events of a key within one window, which begins with the first of them. */
export interface Count {
  readonly key: string;
  /** The moment of the first event, in milliseconds since 1970. */
  readonly began: number;
  events: number;
}

/**
 * A limit on the events of a key in a window of time, counted by this process alone. Keys must be of
 * bounded length. Moments are milliseconds since 1970.
 */
export interface RateLimit {
  /** Returns the milliseconds until the key may have another event; 0 when it may now. */
  wait(key: string, now: number): number;
  /** Counts one event, even beyond the limit. */
  count(key: string, now: number): Count;
  /** Takes back events that were counted here. */
  takeBack(count: Count, events?: number): void;
}

export function rateLimit(limit: number, seconds: number): RateLimit {
  const windowMs = seconds * 1_000;
  // In order of `began`: a key whose window is over is removed and added again.
  const counts = new Map<string, Count>();

  const current = (key: string, now: number): Count | undefined => {
    const count = counts.get(key);
    return count && now < count.began + windowMs ? count : undefined;
  };

  function dropOldest(now: number): void {
    for (const { key, began } of counts.values()) {
      if (now < began + windowMs && counts.size < MAX_KEYS) return;
      counts.delete(key);
    }
  }

  return {
    wait(key, now) {
      const count = current(key, now);
      return count && count.events >= limit ? count.began + windowMs - now : 0;
    },
    count(key, now) {
      let count = current(key, now);
      if (!count) {
        dropOldest(now);
        count = { key, began: now, events: 0 };
        counts.delete(key);
        counts.set(key, count);
      }
      count.events += 1;
      return count;
    },
    takeBack(count, events = 1) {
      count.events -= events;
      if (count.events <= 0 && counts.get(count.key) === count) counts.delete(count.key);
    },
  };
}

/**
 * Counts one event with each of these limits under its key, or with none of them.
 *
 * @throws {RateLimitedError} when one is exhausted. After `retryAfter` none is.
 */
export function take(now: number, ...entries: (readonly [RateLimit, string])[]): Count[] {
  const wait = Math.max(...entries.map(([limiter, key]) => limiter.wait(key, now)));
  if (wait > 0) throw new RateLimitedError(wait);
  return entries.map(([limiter, key]) => limiter.count(key, now));
}
