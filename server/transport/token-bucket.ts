/** A rate limit with bursts: a bucket that holds one second's tokens and refills evenly. */
export interface TokenBucket {
  /**
   * Takes a token, even from an empty bucket: a debt makes the next wait longer. Returns the
   * milliseconds until it would have been available; 0 if it was.
   */
  take(): number;
  /** Milliseconds until a token is available; 0 if one is. */
  wait(): number;
  readonly full: boolean;
}

/** Returns a full bucket of `perSecond` tokens. */
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
  const wait = (): number => {
    fill();
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
  };
  return {
    wait,
    take() {
      const waited = wait();
      tokens -= 1;
      return waited;
    },
    get full() {
      fill();
      return tokens === perSecond;
    },
  };
}
