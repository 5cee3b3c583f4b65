import { type Account, isOwn } from '../state/account.ts';
import type { Person } from '../state/people.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { shortTime } from '../ui/time.ts';
import './PersonButton.css';

interface PersonButtonProps {
  readonly account: Account | Person;
  readonly online: boolean;
  readonly current: boolean;
  readonly viewer: Account;
  readonly onOpen: () => void;
}

/** A person in the list, with the last message and the unread count. */
export function PersonButton({ account, online, current, viewer, onOpen }: PersonButtonProps) {
  const person = 'lastMessage' in account ? account : undefined;
  const last = person?.lastMessage;
  const unread = person?.unread ?? 0;
  return (
    <button
      type="button"
      className="person"
      aria-current={current}
      data-id={account.id}
      data-unread={unread > 0}
      onClick={onOpen}
    >
      <Avatar username={account.username} online={online} />
      <span className="person-name one-line">
        {account.username}
        {account.id === viewer.id && ' (you)'}
        {person?.deleted && ' (deleted)'}
        {online && <span className="unseen"> (online)</span>}
      </span>
      {last && (
        <>
          <time className="person-time" dateTime={last.sentAt}>
            {shortTime(last.sentAt)}
          </time>
          <span className="person-last one-line">
            {isOwn(last) && account.id !== viewer.id && 'You: '}
            {last.text}
          </span>
        </>
      )}
      {unread > 0 && (
        <span className="person-badge">
          {unread > 99 ? '99+' : unread}
          <span className="unseen"> unread</span>
        </span>
      )}
    </button>
  );
}
