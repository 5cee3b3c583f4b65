import { memo, type ReactNode } from 'react';
import { AlertIcon, CheckIcon, ChecksIcon, ClockIcon } from '../ui/icons.tsx';
import { dateAndTime, timeOfDay } from '../ui/time.ts';
import { LinkedText } from './LinkedText.tsx';
import type { MessageRow, Stage } from './rows.ts';
import './Message.css';

const STAGES: Record<Stage, { label: string; icon: ReactNode }> = {
  sending: { label: 'Sending', icon: <ClockIcon /> },
  failed: { label: 'Not sent', icon: <AlertIcon /> },
  stored: { label: 'Sent', icon: <CheckIcon /> },
  delivered: { label: 'Delivered', icon: <ChecksIcon /> },
  read: { label: 'Read', icon: <ChecksIcon /> },
};

interface MessageProps extends MessageRow {
  readonly from: string;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
}

/** A message, with its stage when the viewer sent it. */
export const Message = memo(function Message(props: MessageProps) {
  const { id, from, text, time, stage, failure, retriable, first, last } = props;
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
            <span className="message-stage" title={STAGES[stage].label}>
              {STAGES[stage].icon}
              <span className="unseen">{STAGES[stage].label}</span>
            </span>
          )}
        </span>
      </div>
      {failure !== undefined && (
        <p className="message-failure">
          {failure}{' '}
          {retriable && (
            <button type="button" className="link" onClick={() => props.onRetry(id)}>
              Send again
            </button>
          )}{' '}
          <button type="button" className="link" onClick={() => props.onDiscard(id)}>
            Discard
          </button>
        </p>
      )}
    </div>
  );
});
