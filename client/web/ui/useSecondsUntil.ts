import { useEffect, useState } from 'react';

/** Counts down the whole seconds until a moment. */
export function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (moment === undefined) return;
    setNow(Date.now());
    const counting = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(counting);
  }, [moment]);
  return moment === undefined ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
}
