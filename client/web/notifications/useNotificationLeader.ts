import { useCallback, useEffect, useRef } from 'react';
import { ownName } from '../state/home.ts';
import { useVisible } from '../ui/useVisible.ts';

/**
 * Elects one tab of an account to show notifications: the one that was hidden first, while every
 * tab is hidden. The election uses Web Locks, which the browser releases when a tab closes or
 * crashes. Returns a function that says whether this tab is the leader.
 */
export function useNotificationLeader(accountId: string): () => Promise<boolean> {
  const visibleLock = ownName(`${accountId}:visible`);
  const hiddenLock = ownName(`${accountId}:hidden`);
  const visible = useVisible();
  const firstHidden = useRef(false);

  useEffect(() => {
    const released = new AbortController();
    if (visible) hold(visibleLock, 'shared', released.signal);
    else {
      hold(hiddenLock, 'exclusive', released.signal, () => {
        firstHidden.current = true;
      });
    }
    return () => {
      firstHidden.current = false;
      released.abort();
    };
  }, [visibleLock, hiddenLock, visible]);

  return useCallback(async () => {
    if (!firstHidden.current) return false;
    const { held = [] } = await navigator.locks.query();
    return held.every(({ name }) => name !== visibleLock);
  }, [visibleLock]);
}

/**
 * Requests a lock and holds it until the signal aborts. Without HTTPS a browser has neither locks
 * nor notifications.
 */
function hold(name: string, mode: LockMode, until: AbortSignal, onHeld = () => {}): void {
  const holding = (): Promise<void> => {
    onHeld();
    return new Promise((resolve) => until.addEventListener('abort', () => resolve()));
  };
  // Rejects when the signal aborts before the lock is granted.
  navigator.locks?.request(name, { mode, signal: until }, holding).catch(() => {});
}
