import { durationName } from './time.ts';
import { useSecondsUntil } from './useSecondsUntil.ts';

/** Says how long to wait after too many attempts, by the clock. */
export function TryAgainLater({ at }: { at: number }) {
  const seconds = useSecondsUntil(at);
  return seconds > 0
    ? `Too many attempts. Try again in ${durationName(seconds)}.`
    : 'You can try again now.';
}
