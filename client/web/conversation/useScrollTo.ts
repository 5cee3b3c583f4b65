import { type RefObject, useEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows.ts';
import type { Start } from './start.ts';

/** The frames without a move after which everything in view has been measured. */
const STILL_FRAMES = 3;
/** The frames after which the list stays where it is. */
const MAX_FRAMES = 60;
/** What a viewer does to scroll. */
const INPUTS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

export interface ScrollableList {
  readonly view: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly rows: readonly Row[];
  /** Called when the list rests where it was to go, or the viewer scrolls. */
  readonly onRest: () => void;
}

/**
 * Returns a function that scrolls to a place or to the end, and again until the list rests there:
 * heights are estimated until rows are in view. It gives way as soon as the viewer scrolls.
 */
export function useScrollTo(scrollable: ScrollableList): (target: Start) => void {
  const latest = useRef(scrollable);
  latest.current = scrollable;
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), []);

  return (target) => {
    stop.current();
    let [frame, frames, still, top] = [0, 0, 0, 0];
    const rest = () => {
      stop.current();
      latest.current.onRest();
    };
    const inputs = new AbortController();
    stop.current = () => {
      inputs.abort();
      cancelAnimationFrame(frame);
    };
    for (const input of INPUTS)
      latest.current.view.current?.addEventListener(input, rest, { signal: inputs.signal });

    function step(): void {
      const { view } = latest.current;
      if (!view.current) return;
      const next = topOf(target, latest.current);
      // Only the viewer scrolls away from the end.
      if (target === 'end' && frames > 0 && view.current.scrollTop < Math.min(top, next) - 1) {
        rest();
        return;
      }
      still = Math.abs(view.current.scrollTop - next) <= 1 ? still + 1 : 0;
      view.current.scrollTop = next;
      top = next;
      frames += 1;
      if (still > STILL_FRAMES || frames > MAX_FRAMES) rest();
      else frame = requestAnimationFrame(step);
    }
    step();
  };
}

/** Returns the scroll offset that shows a place at the top, or the end. */
function topOf(target: Start, { view, list, rows }: ScrollableList): number {
  const { scrollHeight = 0, clientHeight = 0 } = view.current ?? {};
  const end = Math.max(0, scrollHeight - clientHeight);
  const index = target === 'end' ? -1 : rows.findIndex(({ id }) => id === target.messageId);
  if (target === 'end' || index < 0) return end;
  const top = (list.current?.getItemOffset(index) ?? 0) + target.offset;
  return Math.min(end, Math.max(0, top));
}
