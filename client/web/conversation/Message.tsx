import { memo, type ReactNode } from 'react';
import { AlertIcon, CheckIcon, ChecksIcon, ClockIcon } from '../ui/icons.tsx';
import { dateAndTime, timeOfDay } from '../ui/time.ts';
import { LinkedText } from './LinkedText.tsx';
import type { Row, Stage } from './rows.ts';
import './Message.css';

const STAGES: Record<Stage, { words: string; icon: ReactNode }> = {
  sending: { words: 'Being sent', icon: <ClockIcon /> },
  failed: { words: 'Not sent', icon: <AlertIcon /> },
  stored: { words: 'Sent', icon: <CheckIcon /> },
  delivered: { words: 'Delivered', icon: <ChecksIcon /> },
  read: { words: 'Read', icon: <ChecksIcon /> },
};

type BubbleProps = Omit<Extract<Row, { type: 'message' }>, 'type' | 'key'> & {
  readonly id: string;
  readonly from: string;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
};

/** One message, and how far it has got. */
export const Bubble = memo(function Bubble({
  id,
  from,
  text,
  time,
  stage,
  failure,
  first,
  last,
  ...on
}: BubbleProps) {
  return (
    <div
      className="message"
      data-mine={stage !== undefined}
      data-first={first}
      data-last={last}
      data-stage={stage}
    >
      <div className="message-bubble">
        <span className="unseen">{stage ? 'You' : from}: </span>
        <LinkedText text={text} />
        <span className="message-meta">
          <time dateTime={time} title={dateAndTime(time)}>
            {timeOfDay(time)}
          </time>
          {stage && (
            <span className="message-stage" title={STAGES[stage].words}>
              {STAGES[stage].icon}
              <span className="unseen">{STAGES[stage].words}</span>
            </span>
          )}
        </span>
      </div>
      {failure !== undefined && (
        <p className="message-failure">
          {failure}{' '}
          <button type="button" className="link" onClick={() => on.onRetry(id)}>
            Send again
          </button>{' '}
          <button type="button" className="link" onClick={() => on.onDiscard(id)}>
            Discard
          </button>
        </p>
      )}
    </div>
  );
});
