import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { DownIcon } from '../ui/icons.tsx';
import { dayName } from '../ui/time.ts';
import { useVisible } from '../ui/useVisible.ts';
import { Message } from './Message.tsx';
import type { Row } from './rows.ts';
import './Timeline.css';

interface TimelineProps {
  readonly from: string;
  readonly rows: readonly Row[];
  /** Whether the first page has loaded. */
  readonly ready: boolean;
  readonly hasEarlier: boolean;
  readonly unread: number;
  /** Called when the end of the conversation is on a visible screen. */
  readonly onEndSeen: () => void;
  readonly onEarlier: () => void;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
}

/** The distance from the end that still counts as being at the end. */
const NEAR_END_PX = 60;
/** The distance from the start at which the page before it is fetched. */
const NEAR_START_PX = 1_500;

/**
 * The scrolling list of messages. Only those near the viewport are in the document. It stays at
 * the end until the viewer scrolls away.
 */
export function Timeline(props: TimelineProps) {
  const { from, rows, ready, unread } = props;
  const { list, atEnd, toEnd, ...scrolling } = useScrolling(props);
  return (
    <div className="timeline">
      <section
        className="timeline-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls with the keyboard.
        tabIndex={0}
        aria-label={`Messages with ${from}`}
        aria-busy={!ready}
      >
        <div className="timeline-filler" />
        {ready && rows.length === 0 && <p className="hint">No messages yet. Say hello.</p>}
        {!ready && rows.length === 0 && <Skeleton />}
        <Virtualizer
          ref={list}
          data={rows}
          as="ol"
          item="li"
          itemSize={44}
          bufferSize={600}
          {...scrolling}
        >
          {(row) =>
            row.type === 'day' ? (
              <div key={row.id} className="timeline-day">
                <time dateTime={row.time}>{dayName(row.time)}</time>
              </div>
            ) : (
              <Message
                key={row.id}
                from={from}
                onRetry={props.onRetry}
                onDiscard={props.onDiscard}
                {...row}
              />
            )
          }
        </Virtualizer>
      </section>
      {!atEnd && (
        <button type="button" className="timeline-to-end" onClick={toEnd}>
          <DownIcon />
          {unread > 0 ? (
            `${unread} new`
          ) : (
            <span className="unseen">Jump to the newest message</span>
          )}
        </button>
      )}
    </div>
  );
}

/** Follows the end, loads earlier pages, and reports when the end has been seen. */
function useScrolling({ rows, ready, hasEarlier, onEndSeen, onEarlier }: TimelineProps) {
  const list = useRef<VirtualizerHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const visible = useVisible();
  const { prepended, own } = useChange(rows);

  function onScroll(): void {
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
    if (ready && atEnd && visible) onEndSeen();
  });

  const onResize = () => (atEnd ? toEnd() : onScroll());
  return { list, atEnd, toEnd, shift: prepended, onScroll, onResize };
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

const Skeleton = () => (
  <div className="timeline-skeleton" aria-hidden="true">
    <span />
    <span />
    <span />
  </div>
);
