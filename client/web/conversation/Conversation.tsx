import { useEffect, useMemo, useRef } from 'react';
import { type Account, isReceived } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import type { Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { BackIcon } from '../ui/icons.tsx';
import { Composer, hasMouse } from './Composer.tsx';
import { rowsOf } from './rows.ts';
import { Timeline } from './Timeline.tsx';
import './Conversation.css';

interface ConversationProps {
  readonly chat: Chat;
  readonly account: Account | Person;
}

/** The conversation with one account, with the composer. */
export function Conversation({ chat, account }: ConversationProps) {
  const thread = useStore(useMemo(() => chat.threads.of(account.id), [chat, account.id]));
  const receipt = useStore(chat.receipts).get(account.id);
  const allOutgoing = useStore(chat.outgoing);
  const deleted = 'deleted' in account && account.deleted;
  const unread = 'unread' in account ? account.unread : 0;

  const rows = useMemo(() => {
    const outgoing = allOutgoing.filter(({ to }) => to.id === account.id);
    return rowsOf({ messages: thread.messages, outgoing, receipt });
  }, [account.id, thread.messages, allOutgoing, receipt]);

  const newest = thread.messages.findLast(isReceived);
  const markRead = () => {
    if (newest && unread > 0) chat.markRead(account.id, newest.id);
  };
  return (
    <main className="conversation">
      <Header chat={chat} account={account} deleted={deleted} />
      <Timeline
        from={account.username}
        rows={rows}
        ready={thread.ready}
        hasEarlier={thread.earlier !== null}
        unread={unread}
        onEndSeen={markRead}
        onEarlier={() => chat.threads.loadEarlier(account.id)}
        onRetry={chat.outgoing.retry}
        onDiscard={chat.outgoing.discard}
      />
      {deleted ? (
        <p className="conversation-deleted">
          This account was deleted. Your conversation is still here.
        </p>
      ) : (
        <Composer chat={chat} to={account} />
      )}
    </main>
  );
}

function Header({ chat, account, deleted }: ConversationProps & { deleted: boolean }) {
  const online = useStore(chat.presence).get(account.id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!hasMouse()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="conversation-header">
      <button
        type="button"
        className="conversation-back"
        aria-label="Back to conversations"
        onClick={chat.selection.close}
      >
        <BackIcon />
      </button>
      <Avatar username={account.username} online={online ?? false} />
      <div>
        <h2 ref={heading} tabIndex={-1}>
          {account.username}
        </h2>
        <p>{deleted ? 'Account deleted' : onlineLabel(online)}</p>
      </div>
    </header>
  );
}

/** Returns a space that keeps the line's height while nothing is known. */
function onlineLabel(online: boolean | undefined): string {
  if (online === undefined) return '\u00a0';
  return online ? 'Online' : 'Offline';
}
