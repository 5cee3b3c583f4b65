/** The store cannot be used as it is. The message says why, for the person who starts the server. */
export class StoreError extends Error {}

/**
 * The store does not answer just now. Nothing was stored, unless it was just being committed: whoever repeats a
 * send with its clientMessageId is safe in either case.
 */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super('The store does not answer.', { cause });
  }
}

/** Whether this went wrong since the store does not answer just now. */
export const isOutage = (error: unknown): boolean => error instanceof UnavailableError;
