/** What the clients of one measurement have done so far. */
export interface Tally {
  sent: number;
  answered: number;
  delivered: number;
  /** Milliseconds from each send to its answer, since the last reset. */
  waits: number[];
  /** Cleared at the end, so that no more is sent. */
  sending: boolean;
  /** Rejects at the first fault. */
  readonly failed: Promise<never>;
  fail(reason: unknown): void;
}

export function newTally(): Tally {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // The measurement may not have begun to wait for it.
  failed.catch(() => {});
  return { sent: 0, answered: 0, delivered: 0, waits: [], sending: true, failed, fail };
}

/** Counts a send, and returns what to call at its answer. */
export function timed(tally: Tally, answered: () => void): () => void {
  const start = performance.now();
  tally.sent += 1;
  return () => {
    tally.answered += 1;
    tally.waits.push(performance.now() - start);
    answered();
  };
}
