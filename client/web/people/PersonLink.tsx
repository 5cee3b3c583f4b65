import { type MouseEvent, memo } from 'react';
import { type Account, isOwn } from '../state/account.ts';
import { addressOf } from '../state/address.ts';
import type { Drafts } from '../state/local-drafts.ts';
import type { Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { opensElsewhere } from '../ui/click.ts';
import { shortTime } from '../ui/time.ts';
import { useToday } from '../ui/useToday.ts';
import './PersonLink.css';

interface PersonLinkProps {
  readonly drafts: Drafts;
  readonly account: Account | Person;
  readonly online: boolean;
  readonly typing: boolean;
  readonly current: boolean;
  readonly viewer: Account;
  readonly onOpen: (account: Account) => void;
}

/** A person in the list, with the last message and the unread count. */
export const PersonLink = memo(function PersonLink(props: PersonLinkProps) {
  const { account, online, current, viewer, drafts, onOpen } = props;
  const person = 'lastMessage' in account ? account : undefined;
  const last = person?.lastMessage;
  const today = useToday();
  const unread = person?.unread ?? 0;
  // That of the open conversation is in its composer.
  const draft = useDraft(drafts, account.id);
  const shownDraft = current ? undefined : draft?.trim();
  function onClick(event: MouseEvent): void {
    if (opensElsewhere(event)) return;
    event.preventDefault();
    onOpen(account);
  }
  return (
    <a
      className="person"
      href={addressOf(account.username)}
      aria-current={current}
      data-id={account.id}
      data-unread={unread > 0}
      onClick={onClick}
    >
      <Avatar username={account.username} online={online} />
      <span className="person-name one-line">
        {account.username}
        {account.id === viewer.id && ' (you)'}
        {person?.deleted && ' (deleted)'}
        {online && <span className="unseen"> (online)</span>}
      </span>
      {last && (
        <time className="person-time" dateTime={last.sentAt}>
          {shortTime(last.sentAt, today)}
        </time>
      )}
      {props.typing ? (
        <span className="person-last">
          <span className="person-typing">Typing…</span>
        </span>
      ) : shownDraft ? (
        <span className="person-last one-line">
          <span className="person-draft">Draft: </span>
          <bdi>{shownDraft}</bdi>
        </span>
      ) : (
        last && (
          <span className="person-last one-line">
            {isOwn(last) && account.id !== viewer.id && 'You: '}
            <bdi>{last.text}</bdi>
          </span>
        )
      )}
      {unread > 0 && (
        <span className="person-badge">
          {unread > 99 ? '99+' : unread}
          <span className="unseen"> unread</span>
        </span>
      )}
    </a>
  );
});

/** Reads one draft. A change of another does not render the person again. */
const useDraft = ({ subscribe, get }: Drafts, id: string): string | undefined =>
  useStore({ subscribe, get: () => get().get(id) });
