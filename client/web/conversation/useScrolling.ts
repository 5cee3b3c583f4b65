import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { CONTEXT_PX, type Place } from '../state/place.ts';
import { useVisible } from '../ui/useVisible.ts';
import { type MessageRow, messageAt, type Row } from './rows.ts';
import type { Start } from './start.ts';
import { useAfterFrames } from './useAfterFrames.ts';
import { useDivider } from './useDivider.ts';
import { usePassingDay } from './usePassingDay.ts';
import { useScrollTo } from './useScrollTo.ts';
import { isAtEnd, lastInView, placeIn } from './view.ts';

export interface ScrollingOptions {
  readonly rows: readonly Row[];
  /** Where the list opens; undefined while that is loading. */
  readonly start: Start | undefined;
  readonly hasEarlier: boolean;
  readonly firstUnread: string | undefined;
  /** Called with the last message that is on a visible screen. */
  readonly onSeen: (message: MessageRow) => void;
  /** Called with the place at the top of the view, or undefined at the end. */
  readonly onPlace: (place: Place | undefined) => void;
  readonly onEarlier: () => void;
}

/** The distance from the start at which the page before it is fetched. */
const NEAR_START_PX = 1_500;

/**
 * Opens the list at its start, follows its end, loads earlier pages, and reports what is seen and
 * where the viewer is.
 */
export function useScrolling(options: ScrollingOptions) {
  const { rows, start, hasEarlier, firstUnread } = options;
  const view = useRef<HTMLElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [atEnd, setAtEnd] = useState(false);
  const [rested, setRested] = useState(false);
  const settled = rested && start !== undefined;
  const passing = usePassingDay(list, rows);
  const visible = useVisible();
  const { prepended, own } = useChange(rows);
  const scrollTo = useScrollTo({ view, list, rows, onRest });
  function onRest(): void {
    setRested(true);
    setAtEnd(isAtEnd(view));
  }
  const watching = visible && (settled ? atEnd : start === 'end');
  const divider = useDivider(start === undefined ? undefined : firstUnread, watching, own);

  function reportSeen(): void {
    if (!visible || !settled) return;
    const row = messageAt(rows, isAtEnd(view) ? rows.length - 1 : lastInView(view, list), -1);
    if (row) options.onSeen(row);
  }
  const reportSeenSoon = useAfterFrames(reportSeen);

  function update(): void {
    if (!settled) return;
    const nowAtEnd = isAtEnd(view);
    setAtEnd(nowAtEnd);
    options.onPlace(nowAtEnd ? undefined : placeIn(view, list, rows));
    if (hasEarlier && (view.current?.scrollTop ?? 0) < NEAR_START_PX) options.onEarlier();
    reportSeenSoon();
  }

  function onScroll(): void {
    update();
    if (settled && !isAtEnd(view)) passing.onScroll();
  }

  const toEnd = () => scrollTo('end');

  /** Keeps the end in view, but not at the price of new messages that nobody has seen. */
  function follow(): void {
    const hides = !visible && divider !== undefined && firstUnread !== undefined;
    scrollTo(hides ? { messageId: divider, offset: -CONTEXT_PX } : 'end');
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: it opens once.
  useLayoutEffect(() => {
    if (start !== undefined) scrollTo(start);
  }, [start]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows move the end.
  useLayoutEffect(() => {
    if (own) toEnd();
    else if (atEnd) follow();
  }, [rows, divider]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: both change what counts as seen.
  useEffect(update, [settled, visible]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows may be in view.
  useEffect(reportSeenSoon, [rows]);

  const onResize = () => {
    if (atEnd) follow();
    update();
  };
  const { onScrollEnd } = passing;
  const scrolling = { shift: prepended, onScroll, onScrollEnd, onResize };
  return { view, list, atEnd, toEnd, divider, settled, passing, scrolling };
}

/** Returns whether the last change added older rows, and whether it added an outgoing message. */
function useChange(rows: readonly Row[]): { prepended: boolean; own: boolean } {
  const previous = useRef(rows);
  const last = rows.at(-1);
  const sameLast = last?.id === previous.current.at(-1)?.id;
  const length = previous.current.length;
  useLayoutEffect(() => {
    previous.current = rows;
  });
  return {
    prepended: sameLast && length > 0 && rows.length > length,
    own: !sameLast && last?.type === 'message' && last.stage === 'sending',
  };
}
