import { useEffect, useState } from 'react';

/** The pause in typing, in ms, after which the server is asked. */
const PAUSE_MS = 150;

/** Returns a term once nothing has been typed for a moment; an empty one at once. */
export function usePaused(term: string): string {
  const [paused, setPaused] = useState(term);
  useEffect(() => {
    const pause = setTimeout(() => setPaused(term), term === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(pause);
  }, [term]);
  return paused;
}
