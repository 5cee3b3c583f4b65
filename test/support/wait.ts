/** Something that changes, and tells when. */
export interface Signal {
  notify(): void;
  next(): Promise<void>;
}

export function newSignal(): Signal {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    notify() {
      resolve();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
    next: () => promise,
  };
}

/** Waits for events, not for time, until a condition holds. */
export async function until(changes: Signal, holds: () => boolean): Promise<void> {
  while (!holds()) await changes.next();
}
