/**
 * Notifies listeners that something is new under a topic. A ring carries no data: its listeners
 * read the store. So a repeated, late or needless ring does no harm.
 */
export interface Doorbell extends AsyncDisposable {
  /**
   * Rings under a topic, at every server. The key says what is new under it; without a key it may
   * be anything.
   */
  ring(topic: string, key?: string): void;
  /** Rings at this server alone, in case it missed another server's ring. */
  ringHere(topic: string, key?: string): void;
  /** Rings under every topic at this server, after an unknown number of missed rings. */
  ringAll(): void;
  /** Calls `heard` at each ring until the returned function is called. */
  listen(topic: string, heard: (key?: string) => void): () => void;
  /** The current number of listeners, over all topics. */
  readonly listeners: number;
  /** The notifications sent to and received from other servers so far; each holds many rings. */
  readonly traffic: { readonly sent: number; readonly received: number };
}

/** Makes a doorbell within this process. */
export function doorbell(): Doorbell {
  const topics = new Map<string, Set<(key?: string) => void>>();
  const ring = (topic: string, key?: string): void => {
    for (const heard of topics.get(topic) ?? []) heard(key);
  };
  return {
    traffic: { sent: 0, received: 0 },
    ring,
    ringHere: ring,
    ringAll() {
      for (const listeners of [...topics.values()]) for (const heard of listeners) heard();
    },
    listen(topic, heard) {
      // A new function each time, so that a function that listens twice is called twice.
      const listener = (key?: string) => heard(key);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    get listeners() {
      let count = 0;
      for (const listeners of topics.values()) count += listeners.size;
      return count;
    },
    async [Symbol.asyncDispose]() {},
  };
}
