/** Counts what happens to messages. */
export interface Meter {
  countSent(messages: number): void;
  countDelivered(messages: number): void;
  /** Records a transaction of sends and acknowledgements. */
  recordCommit(changes: number, seconds: number): void;
}
