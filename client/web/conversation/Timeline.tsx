import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { DownIcon } from '../ui/icons.tsx';
import { dayName } from '../ui/time.ts';
import { useVisible } from '../ui/useVisible.ts';
import { Bubble } from './Message.tsx';
import type { Row } from './rows.ts';
import './Timeline.css';

interface TimelineProps {
  readonly from: string;
  readonly rows: readonly Row[];
  readonly ready: boolean;
  readonly hasEarlier: boolean;
  readonly unread: number;
  /** Told when the end of the conversation is in sight. */
  readonly onSeen: () => void;
  readonly onEarlier: () => void;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
}

/** So near the end counts as being there. */
const NEAR_END_PX = 60;
/** So near the beginning, the page before it is fetched. */
const NEAR_START_PX = 1_500;

/**
 * The messages, of which only those in sight are in the document. It keeps to its end until one
 * scrolls away.
 */
export function Timeline({
  from,
  rows,
  ready,
  hasEarlier,
  unread,
  onSeen,
  onEarlier,
  ...on
}: TimelineProps) {
  const list = useRef<VirtualizerHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const visible = useVisible();
  const { prepended, own } = useChange(rows);

  function look(): void {
    const { scrollOffset = 0, scrollSize = 0, viewportSize = 0 } = list.current ?? {};
    setAtEnd(scrollOffset + viewportSize >= scrollSize - NEAR_END_PX);
    if (ready && hasEarlier && scrollOffset < NEAR_START_PX) onEarlier();
  }
  const toEnd = () => list.current?.scrollToIndex(rows.length - 1, { align: 'end' });

  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows move the end.
  useLayoutEffect(() => {
    if (atEnd || own) toEnd();
  }, [rows, ready]);

  useEffect(() => {
    if (ready && atEnd && visible) onSeen();
  });

  return (
    <div className="timeline">
      <section
        className="timeline-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys scroll it without a mouse.
        tabIndex={0}
        aria-label={`Messages with ${from}`}
        aria-busy={!ready}
      >
        <div className="timeline-filler" />
        {ready && rows.length === 0 && (
          <p className="hint">Nothing has been written yet. Say hello.</p>
        )}
        {!ready && rows.length === 0 && <Skeleton />}
        <Virtualizer
          ref={list}
          data={rows}
          as="ol"
          item="li"
          shift={prepended}
          itemSize={44}
          bufferSize={600}
          onScroll={look}
          onResize={() => (atEnd ? toEnd() : look())}
        >
          {(row) =>
            row.type === 'day' ? (
              <div key={row.key} className="timeline-day">
                <time dateTime={row.time}>{dayName(row.time)}</time>
              </div>
            ) : (
              <Bubble
                key={row.key}
                id={row.key}
                from={from}
                text={row.text}
                time={row.time}
                stage={row.stage}
                failure={row.failure}
                first={row.first}
                last={row.last}
                {...on}
              />
            )
          }
        </Virtualizer>
      </section>
      {!atEnd && (
        <button type="button" className="timeline-to-end" onClick={toEnd}>
          <DownIcon />
          {unread > 0 ? `${unread} new` : <span className="unseen">To the newest message</span>}
        </button>
      )}
    </div>
  );
}

/**
 * What has changed since the last rendering: older rows came before the others, or the viewer wrote
 * something.
 */
function useChange(rows: readonly Row[]): { prepended: boolean; own: boolean } {
  const before = useRef(rows);
  const lastOf = (some: readonly Row[]) => some.at(-1);
  const [last, lastBefore] = [lastOf(rows), lastOf(before.current)];
  const change = {
    prepended:
      before.current.length > 0 &&
      rows.length > before.current.length &&
      last?.key === lastBefore?.key,
    own: last?.key !== lastBefore?.key && last?.type === 'message' && last.stage === 'sending',
  };
  useLayoutEffect(() => {
    before.current = rows;
  });
  return change;
}

const Skeleton = () => (
  <div className="timeline-skeleton" aria-hidden="true">
    <span />
    <span />
    <span />
  </div>
);
