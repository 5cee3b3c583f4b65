/** Something that changes, and tells when. */
export interface Waitable {
  notify(): void;
  next(): Promise<void>;
}

export function waitable(): Waitable {
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
export async function until(changes: Waitable, holds: () => boolean): Promise<void> {
  while (!holds()) await changes.next();
}
