/** Wakes those who wait for a change. */
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

/** Waits until a condition holds. It is checked at each notification, not on a timer. */
export async function until(changed: Signal, holds: () => boolean): Promise<void> {
  while (!holds()) await changed.next();
}
