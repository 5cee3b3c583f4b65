import { useCallback, useEffect, useRef } from 'react';
import { useVisible } from '../ui/useVisible.ts';

/**
 * Chooses one tab among those that an account has open in this browser: while none of them is in
 * sight, the one that was hidden first speaks for all. The browser keeps the locks, and frees those
 * of a tab that is closed or dies.
 */
export function useNotificationLeader(accountId: string): () => Promise<boolean> {
  const inSight = `parley:${accountId}:in-sight`;
  const hidden = `parley:${accountId}:hidden`;
  const visible = useVisible();
  const first = useRef(false);

  useEffect(() => {
    const over = new AbortController();
    if (visible) hold(inSight, 'shared', over.signal);
    else {
      hold(hidden, 'exclusive', over.signal, () => {
        first.current = true;
      });
    }
    return () => {
      first.current = false;
      over.abort();
    };
  }, [inSight, hidden, visible]);

  return useCallback(async () => {
    if (!first.current) return false;
    const { held = [] } = await navigator.locks.query();
    return held.every(({ name }) => name !== inSight);
  }, [inSight]);
}

/**
 * Waits for a lock, and holds it until the signal aborts. Without HTTPS a browser has neither locks
 * nor notifications.
 */
function hold(name: string, mode: LockMode, until: AbortSignal, onHeld = () => {}): void {
  const holding = (): Promise<void> => {
    onHeld();
    return new Promise((resolve) => until.addEventListener('abort', () => resolve()));
  };
  // Rejects when it is over before the lock was to be had.
  navigator.locks?.request(name, { mode, signal: until }, holding).catch(() => {});
}
