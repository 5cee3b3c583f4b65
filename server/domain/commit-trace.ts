/** Records which operations made the changes of a commit. */
export interface CommitTrace {
  /** Notes that the operation in progress makes a change. */
  note(change: object): void;
  /** Runs the transaction that makes these changes. */
  commit<Result>(changes: readonly object[], run: () => Promise<Result>): Promise<Result>;
}
