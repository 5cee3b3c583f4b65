import type { ShownMessage } from '../../core/documents/message.ts';
import { counterpartOf, isOwn } from '../state/account.ts';
import { addressOf } from '../state/address.ts';
import type { Chat } from '../state/chat.ts';
import { opensElsewhere } from '../ui/click.ts';
import { shortTime } from '../ui/time.ts';
import { useToday } from '../ui/useToday.ts';
import { excerpt } from './matches.ts';
import './MessageList.css';

interface MessageListProps {
  readonly chat: Chat;
  readonly messages: readonly ShownMessage[];
  readonly term: string;
}

/** The messages that a search has found. Each leads to its place in the conversation. */
export function MessageList({ chat, messages, term }: MessageListProps) {
  const today = useToday();
  return (
    <ul aria-label="Messages">
      {messages.map((message) => (
        <li key={message.id}>
          <a
            className="found-message"
            href={addressOf(counterpartOf(message).username)}
            onClick={(event) => {
              if (opensElsewhere(event)) return;
              event.preventDefault();
              chat.goTo(message);
            }}
          >
            <span className="found-message-with one-line">{counterpartOf(message).username}</span>
            <time dateTime={message.sentAt}>{shortTime(message.sentAt, today)}</time>
            <span className="found-message-text one-line">
              {isOwn(message) && 'You: '}
              <bdi>
                {excerpt(message.text, term).map(({ start, text, matches }) =>
                  matches ? <mark key={start}>{text}</mark> : text,
                )}
              </bdi>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
