/**
 * Tells whoever listens that there is something new under a topic, never what: whoever hears it
 * looks in the store. So a ring that is doubled, late or for nothing does no harm.
 */
export interface Doorbell extends AsyncDisposable {
  /**
   * Rings under a topic, at every server. A key tells where under it there is something to see;
   * without one it may be anywhere.
   */
  ring(topic: string, key?: string): void;
  /** Rings at this server alone, where a ring of another may have been missed. */
  ringHere(topic: string, key?: string): void;
  /** Rings here under every topic, since it is not known what has been missed. */
  ringAll(): void;
  /** Calls `heard` at each ring until the returned function is called. */
  listen(topic: string, heard: (key?: string) => void): () => void;
  /** How many listen now, under all topics. */
  readonly listeners: number;
  /**
   * How many rings have gone out to other servers so far, and come in from them, several at a time.
   */
  readonly traffic: { readonly sent: number; readonly received: number };
}

/** A doorbell within this process. */
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
      // A function of its own, so that one that listens twice is heard twice and leaves once.
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
