import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../../schema/model.ts';

/** Counts events by key, and refuses more than so many in so many seconds. Counts are of this process alone. */
export interface Throttle {
  /** Counts one event. @throws {RateLimitedError} instead of counting one too many. */
  take(key: string): Promise<void>;
  /** Counts one event less, since it came to nothing. */
  giveBack(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

export function throttle(points: number, seconds: number): Throttle {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    async take(key) {
      await limiter.consume(key).catch((full: RateLimiterRes) => {
        throw new RateLimitedError(full.msBeforeNext);
      });
    },
    async giveBack(key) {
      const { consumedPoints } = await limiter.reward(key);
      // Nothing is remembered of a key that counts nothing: there may be as many as somebody cares to make up.
      if (consumedPoints <= 0) await limiter.delete(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}
