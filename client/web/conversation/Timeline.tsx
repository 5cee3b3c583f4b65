import { useCallback, useState } from 'react';
import { Virtualizer } from 'virtua';
import { DownIcon } from '../ui/icons.tsx';
import { Day } from './Day.tsx';
import { Message } from './Message.tsx';
import type { MessageRow } from './rows.ts';
import { useListKeys } from './useListKeys.ts';
import { type ScrollingOptions, useScrolling } from './useScrolling.ts';
import './Timeline.css';

interface TimelineProps extends ScrollingOptions {
  readonly from: string;
  readonly unread: number;
  /** The message that the viewer went to. */
  readonly target: string | undefined;
  /** Opens the list at its end, while the place where it opens is still loading. */
  readonly onSkip: () => void;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
  /** Takes a refused text back into the composer. */
  readonly onEdit: (message: MessageRow) => void;
  readonly onQuote: ((text: string) => void) | undefined;
}

/**
 * The scrolling list of messages. Only those near the viewport are in the document. It stays at
 * the end until the viewer scrolls away.
 */
export function Timeline(props: TimelineProps) {
  const { from, rows, start, unread } = props;
  const { view, list, atEnd, toEnd, divider, settled, passing, scrolling } = useScrolling(props);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const open = useCallback((id: string) => setOpened((ids) => new Set(ids).add(id)), []);
  const { kept, handlers } = useListKeys({ view, list, rows, toEnd });
  const ready = start !== undefined;
  return (
    <div className="timeline">
      <section
        ref={view}
        className="timeline-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls with the keyboard.
        tabIndex={0}
        aria-label={`Messages with ${from}`}
        aria-busy={!settled}
        {...handlers}
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
          keepMounted={kept}
          {...scrolling}
        >
          {(row) =>
            row.type === 'day' ? (
              <Day key={row.id} time={row.time} />
            ) : (
              <Message
                key={row.id}
                from={from}
                isTarget={row.id === props.target}
                firstNew={row.id === divider}
                opened={opened.has(row.id)}
                onOpen={open}
                onRetry={props.onRetry}
                onDiscard={props.onDiscard}
                onEdit={props.onEdit}
                onQuote={props.onQuote}
                {...row}
              />
            )
          }
        </Virtualizer>
      </section>
      <div className="timeline-passing-day" data-shown={passing.shown} aria-hidden="true">
        {passing.time && <Day time={passing.time} />}
      </div>
      {(ready ? settled && !atEnd : unread > 0) && (
        <button type="button" className="timeline-to-end" onClick={ready ? toEnd : props.onSkip}>
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

const Skeleton = () => (
  <div className="timeline-skeleton" aria-hidden="true">
    <span />
    <span />
    <span />
  </div>
);
