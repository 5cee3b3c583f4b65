/**
 * Returns a function that runs `run` soon, where several calls share one run: those of the same
 * turn of the event loop, and those made while a run is under way, which share the next one. Runs
 * never overlap. Each call resolves, or fails, with the run that began after it.
 */
export function coalesce(run: () => Promise<void>): () => Promise<void> {
  let next: PromiseWithResolvers<void> | undefined;
  let busy = false;

  async function drain(): Promise<void> {
    while (next) {
      const { resolve, reject } = next;
      next = undefined;
      await run().then(resolve, reject);
    }
    busy = false;
  }

  return () => {
    next ??= Promise.withResolvers();
    if (!busy) setImmediate(drain);
    busy = true;
    return next.promise;
  };
}
