import { useSyncExternalStore } from 'react';
import { dayOf } from './time.ts';

/** The interval, in ms, at which the day is compared. A timer until midnight would miss a sleep. */
const CHECK_MS = 30_000;

function subscribe(listener: () => void): () => void {
  const checking = setInterval(listener, CHECK_MS);
  document.addEventListener('visibilitychange', listener);
  return () => {
    clearInterval(checking);
    document.removeEventListener('visibilitychange', listener);
  };
}

/** The present day, as `dayOf` writes it. A component that uses it is rendered again at midnight. */
export const useToday = (): string => useSyncExternalStore(subscribe, () => dayOf(Date.now()));
