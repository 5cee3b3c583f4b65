import type { ObserveDelay } from './ring-delay.ts';

/**
 * Notifies listeners that something is new under a topic. A ring is only a hint: its listeners can
 * read the store. So a repeated, late or needless ring does no harm.
 */
export interface Doorbell extends AsyncDisposable {
  /**
   * Rings under a topic, at every server. The key says what is new under it; without a key it may
   * be anything. Listeners of this server also get the new items, if there are any to hand over.
   */
  ring(topic: string, key?: string, items?: readonly unknown[]): void;
  /** Rings at this server alone, in case it missed another server's ring. */
  ringHere(topic: string, key?: string): void;
  /** Rings under every topic at this server, after an unknown number of missed rings. */
  ringAll(): void;
  /** Calls `heard` at each ring until the returned function is called. */
  listen(topic: string, heard: Heard): () => void;
  /** Calls `heard` at each ring for as long as the server runs. Not counted in `listeners`. */
  listenAlways(topic: string, heard: Heard): void;
  /** The current number of listeners, over all topics. */
  readonly listeners: number;
  /** Whether rings reach the other servers now. True if there are none. */
  readonly isConnected: boolean;
  /** The notifications sent to and received from other servers so far; each holds many rings. */
  readonly traffic: { readonly sent: number; readonly received: number };
  /**
   * Calls `observe` with the delay of rings to other servers, as this server sees it: the time until
   * one has come back. Of rings at the same time, one is observed. Without other servers, none is.
   */
  observeDelay(observe: ObserveDelay): void;
}

/** Called at a ring, with its key and its items. */
export type Heard = (key?: string, items?: readonly unknown[]) => void;

/** Makes a doorbell within this process. */
export function doorbell(): Doorbell {
  const topics = new Map<string, Set<Heard>>();
  const ring: Doorbell['ring'] = (topic, key, items) => {
    for (const heard of topics.get(topic) ?? []) heard(key, items);
  };
  let permanent = 0;
  return {
    traffic: { sent: 0, received: 0 },
    isConnected: true,
    observeDelay() {},
    ring,
    ringHere: ring,
    ringAll() {
      for (const listeners of [...topics.values()]) for (const heard of listeners) heard();
    },
    listen(topic, heard) {
      // A new function each time, so that a function that listens twice is called twice.
      const listener: Heard = (key, items) => heard(key, items);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    listenAlways(topic, heard) {
      permanent += 1;
      this.listen(topic, heard);
    },
    get listeners() {
      let count = 0;
      for (const listeners of topics.values()) count += listeners.size;
      return count - permanent;
    },
    async [Symbol.asyncDispose]() {},
  };
}
