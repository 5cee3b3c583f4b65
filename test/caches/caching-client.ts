/** A client library with its own cache, logged in to one account. */
export interface CachingClient {
  /** Asks a query once. Returns a function that reads what the cache shows for it by now. */
  watch(query: string, variables: Variables): Promise<() => unknown>;
  /** Runs a mutation. Returns the data that the library hands to its caller. */
  mutate(mutation: string, input: object): Promise<unknown>;
  /** Subscribes. The events go to the cache alone. */
  follow(subscription: string, variables?: Variables): void;
}

export type Variables = Readonly<Record<string, unknown>>;
