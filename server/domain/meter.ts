/** Counts what happens to messages. */
export interface Meter {
  /** Counts messages that were stored. A repeat of an earlier send stores none. */
  countSent(messages: number): void;
  /**
   * Counts messages that are handed to a subscription, and the seconds since the ring that they
   * answer, if they answer one.
   */
  countDelivered(messages: number, lag?: number): void;
  /** Adds to the number of changes that wait for a locked account. */
  countHeld(change: 1 | -1): void;
  /** Records a transaction of sends and acknowledgements. Those that wait for a lock are left out. */
  recordCommit(changes: number, seconds: number): void;
}
