/** Called with the seconds from a ring to its arrival. */
export type ObserveDelay = (seconds: number) => void;

/**
 * Times rings from the call until they come back to this server. One is timed at a time, so it
 * costs the others nothing. Nothing is timed before `observeWith`.
 */
export function ringDelay() {
  let observe: ObserveDelay | undefined;
  let rungAt: number | undefined;
  let isSent = false;

  return {
    observeWith(observer: ObserveDelay): void {
      observe = observer;
    },
    /** Begins at a ring. Returns whether it is timed. */
    begin(): boolean {
      if (observe === undefined || rungAt !== undefined) return false;
      rungAt = performance.now();
      isSent = false;
      return true;
    },
    /** Everything rung so far is sent. What arrives from now on ends the measurement. */
    sent(): void {
      isSent = true;
    },
    arrived(): void {
      if (rungAt === undefined || !isSent) return;
      observe?.((performance.now() - rungAt) / 1_000);
      rungAt = undefined;
    },
    /** Forgets the ring: a lost connection says nothing about how fast one is. */
    forget(): void {
      rungAt = undefined;
    },
  };
}
