import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Place } from '../state/place.ts';
import type { Row } from './rows.ts';

/** The distance from the end that still counts as being at the end. */
const NEAR_END_PX = 60;

// The element that scrolls, and the list in it. The first is asked for the scroll offset: it knows of
// a scroll before its event.
export type View = RefObject<HTMLElement | null>;
export type List = RefObject<VirtualizerHandle | null>;

/** Whether the end of the list is in view, or nearly. */
export function isAtEnd({ current }: View): boolean {
  const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = current ?? {};
  return scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
}

/** Returns the first message at the top of the view, with its distance from there. */
export function placeIn(view: View, list: List, rows: readonly Row[]): Place | undefined {
  if (!view.current || !list.current) return undefined;
  const { scrollTop } = view.current;
  const top = list.current.findItemIndex(scrollTop);
  const index = rows[top]?.type === 'day' ? top + 1 : top;
  const row = rows[index];
  return row && { messageId: row.id, offset: scrollTop - list.current.getItemOffset(index) };
}

/** Returns the index of the last row whose end is in view, or above it. */
export function lastInView(view: View, list: List): number {
  if (!view.current || !list.current) return -1;
  const bottom = view.current.scrollTop + list.current.viewportSize + 1;
  const index = list.current.findItemIndex(bottom);
  const end = list.current.getItemOffset(index) + list.current.getItemSize(index);
  return end > bottom ? index - 1 : index;
}
