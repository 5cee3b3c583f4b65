/** The store cannot be used as it is. The message says why, for the person who starts the server. */
export class StoreError extends Error {}
