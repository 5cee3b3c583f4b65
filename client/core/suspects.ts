/** An operation that was under way at this many of them is taken for the cause, and fails. */
const MOST_FAULTS = 3;

export type Suspects = ReturnType<typeof newSuspects>;

/** The operations under way, any of which may make the server close the socket. */
export function newSuspects() {
  const all = new Set<{ faults: number; refuse(message: string): void }>();
  return {
    /** Returns a function that removes the operation. */
    add(refuse: (message: string) => void): () => void {
      const suspect = { faults: 0, refuse };
      all.add(suspect);
      return () => void all.delete(suspect);
    },
    /** Counts a close against all operations, and fails those that were there too often. */
    blame(reason: string): void {
      for (const suspect of all) {
        suspect.faults += 1;
        if (suspect.faults < MOST_FAULTS) continue;
        all.delete(suspect);
        suspect.refuse(`The server closed the connection on this request (${reason}).`);
      }
    },
  };
}
