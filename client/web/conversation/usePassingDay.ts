import { type RefObject, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { dayOf } from '../ui/time.ts';
import type { Row } from './rows.ts';

/** The day at the top of the view while the viewer scrolls. */
export interface PassingDay {
  /** A time on that day; undefined before the first scroll. */
  readonly time: string | undefined;
  readonly shown: boolean;
  onScroll(): void;
  onScrollEnd(): void;
}

/** Follows the day at the top of the view. It is not shown where the list itself shows it. */
export function usePassingDay(
  list: RefObject<VirtualizerHandle | null>,
  rows: readonly Row[],
): PassingDay {
  const [time, setTime] = useState<string>();
  const [shown, setShown] = useState(false);
  return {
    time,
    shown,
    onScroll() {
      const row = list.current && rows[list.current.findItemIndex(list.current.scrollOffset)];
      setShown(row?.type === 'message');
      // The same time all day: a new one would render the list again.
      if (row) setTime((last) => (last && dayOf(last) === dayOf(row.time) ? last : row.time));
    },
    onScrollEnd: () => setShown(false),
  };
}
