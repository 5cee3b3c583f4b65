/**
 * A rate limit that allows bursts: a bucket holds what comes in a second, and fills up again
 * evenly.
 */
export interface TokenBucket {
  /**
   * Takes a token. The bucket may go below empty, so that whoever takes too many waits the longer.
   */
  take(): void;
  /** Milliseconds until there is a token; 0 when there is one. */
  wait(): number;
  readonly full: boolean;
}

/** A full bucket of `perSecond` tokens. */
export function tokenBucket(
  perSecond: number,
  now: () => number = () => performance.now(),
): TokenBucket {
  let tokens = perSecond;
  let filledAt = now();
  const fill = (): void => {
    const at = now();
    tokens = Math.min(perSecond, tokens + ((at - filledAt) * perSecond) / 1_000);
    filledAt = at;
  };
  return {
    take() {
      fill();
      tokens -= 1;
    },
    wait() {
      fill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
    get full() {
      fill();
      return tokens === perSecond;
    },
  };
}
