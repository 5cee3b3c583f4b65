import { RateLimitedError } from '../../schema/errors.ts';

/**
 * Keys that one throttle counts at a time. Beyond that the oldest count is dropped, so to get rid
 * of one somebody has to be counted 100,000 times, each of which cost a hash, an account or a
 * message.
 */
const MAX_KEYS = 100_000;

/** The events of one key from its first one on, for as long as the throttle's window lasts. */
export interface Count {
  readonly key: string;
  /** When the first event was, in milliseconds since 1970. */
  readonly began: number;
  events: number;
}

/**
 * A rate limit: so many events of one key in so many seconds, counted by this process alone.
 * Keys must be of bounded length. Moments are milliseconds since 1970.
 */
export interface RateLimit {
  /** Milliseconds until the key has room for one more event; 0 when it has. */
  wait(key: string, now: number): number;
  /** Counts one event, whether there is room for it or not. */
  count(key: string, now: number): Count;
  /** Takes events back that were counted here. */
  takeBack(count: Count, events?: number): void;
}

export function rateLimit(limit: number, seconds: number): RateLimit {
  const windowMs = seconds * 1_000;
  // In order of beginning, since a key whose window is over is added again.
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
 * Counts one event with each of these throttles, each under its key, or with none of them.
 * @throws {RateLimitedError} when one has no room; after `retryAfter` all have.
 */
export function take(now: number, ...entries: (readonly [RateLimit, string])[]): Count[] {
  const wait = Math.max(...entries.map(([limiter, key]) => limiter.wait(key, now)));
  if (wait > 0) throw new RateLimitedError(wait);
  return entries.map(([limiter, key]) => limiter.count(key, now));
}
