import { useCallback, useEffect, useRef } from 'react';

/**
 * Returns a function that runs a callback two frames later, once however often it is called until
 * then. By that time the list has measured what a scroll brought into view.
 */
export function useAfterFrames(callback: () => void): () => void {
  const latest = useRef(callback);
  latest.current = callback;
  const frame = useRef<number>(undefined);
  useEffect(() => () => cancelAnimationFrame(frame.current ?? 0), []);
  return useCallback(() => {
    frame.current ??= requestAnimationFrame(() => {
      frame.current = requestAnimationFrame(() => {
        frame.current = undefined;
        latest.current();
      });
    });
  }, []);
}
