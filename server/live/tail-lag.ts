/** Times the rings of a reader: from the first that is not answered until a read has answered it. */
export function tailLag() {
  /** When the first ring came that no read answers yet. */
  let rungAt: number | undefined;
  /** When the ring came that the read in progress answers. */
  let answering: number | undefined;

  return {
    rung(): void {
      rungAt ??= performance.now();
    },
    /** Begins a read, which answers every ring so far. */
    begin(): void {
      answering = rungAt;
      rungAt = undefined;
    },
    /** The read has left something to read: what it was to answer waits for the next one. */
    leave(): void {
      rungAt = answering ?? rungAt;
      answering = undefined;
    },
    /** Ends a read. Returns the seconds since the ring that it has answered, if it has. */
    end(): number | undefined {
      if (answering === undefined) return undefined;
      const seconds = (performance.now() - answering) / 1_000;
      answering = undefined;
      return seconds;
    },
  };
}
