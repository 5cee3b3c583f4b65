/** The first wait after a loss and the longest; each wait doubles the one before. */
const RETRY_MS = { first: 250, longest: 10_000 };

/** The waits between retries, which `skip` cuts short. */
export function newRetries() {
  const { connected, next } = newBackoff();
  let skip = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    connected,
    next,
    wait: (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        skip = resolve;
        timer = setTimeout(resolve, milliseconds);
      }),
    skip: () => skip(),
    /** Makes the present wait endless, so that no retry follows it. */
    stop: () => clearTimeout(timer),
  };
}

/** The lengths of the waits, partly random so that clients do not reconnect all at once. */
function newBackoff() {
  let wait = 0;
  let connectedAt = Number.POSITIVE_INFINITY;
  return {
    connected(): void {
      connectedAt = performance.now();
    },
    next(): number {
      // A server that accepts and soon closes is retried no more often than an absent one.
      if (performance.now() - connectedAt > wait) wait = 0;
      connectedAt = Number.POSITIVE_INFINITY;
      wait = Math.min(RETRY_MS.longest, wait === 0 ? RETRY_MS.first : 2 * wait);
      return Math.round((wait * (1 + Math.random())) / 2);
    },
  };
}
