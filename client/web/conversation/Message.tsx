import { memo, type ReactNode } from 'react';
import { AlertIcon, CheckIcon, ChecksIcon, ClockIcon, QuoteIcon, ReadIcon } from '../ui/icons.tsx';
import { dateAndTime, timeOfDay } from '../ui/time.ts';
import { CopyButton } from './CopyButton.tsx';
import { FoldedText } from './FoldedText.tsx';
import type { MessageRow, Stage } from './rows.ts';
import './Message.css';

const STAGES: Record<Stage, { label: string; icon: ReactNode }> = {
  sending: { label: 'Sending', icon: <ClockIcon /> },
  failed: { label: 'Not sent', icon: <AlertIcon /> },
  stored: { label: 'Sent', icon: <CheckIcon /> },
  delivered: { label: 'Delivered', icon: <ChecksIcon /> },
  read: { label: 'Read', icon: <ReadIcon /> },
};

interface MessageProps extends MessageRow {
  readonly from: string;
  /** Whether the viewer went to it. */
  readonly isTarget: boolean;
  /** Whether it is the first of the new messages. */
  readonly firstNew: boolean;
  /** Whether all of a long text is shown. */
  readonly opened: boolean;
  readonly onOpen: (id: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
  readonly onEdit: (message: MessageRow) => void;
  /** Quotes a text in the composer. Undefined without a composer. */
  readonly onQuote: ((text: string) => void) | undefined;
}

/** A message, with its stage when the viewer sent it. */
export const Message = memo(function Message(props: MessageProps) {
  const quote = () => props.onQuote?.(props.text);
  const { id, from, text, time, stage, failure, retriable, first, labelled } = props;
  return (
    <div
      className="message"
      data-id={id}
      data-target={props.isTarget}
      data-mine={stage !== undefined}
      data-first={first}
      data-labelled={labelled}
      data-stage={stage}
    >
      {props.firstNew && <p className="message-new">New messages</p>}
      {/* A tap focuses it, which shows its time. */}
      <div className="message-bubble" tabIndex={-1}>
        <span className="unseen">{stage ? 'You' : from}: </span>
        <FoldedText text={text} open={props.opened} onOpen={() => props.onOpen(id)} />
        <div className="message-actions">
          {props.onQuote && (
            <button type="button" aria-label="Quote" title="Quote" onClick={quote}>
              <QuoteIcon />
            </button>
          )}
          <CopyButton label="Copy the message" text={text} />
        </div>
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
          {retriable && (
            <button type="button" className="link" onClick={() => props.onEdit(props)}>
              Edit
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
