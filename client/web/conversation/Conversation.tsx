import { useEffect, useMemo, useRef } from 'react';
import type { Chat } from '../state/chat.ts';
import type { Account, Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { BackIcon } from '../ui/icons.tsx';
import { Composer, hasMouse } from './Composer.tsx';
import { rowsOf } from './rows.ts';
import { Timeline } from './Timeline.tsx';
import './Conversation.css';

/** All that was written with one other account, and where to write on. */
export function Conversation({ chat, account }: { chat: Chat; account: Account | Person }) {
  const thread = useStore(useMemo(() => chat.threads.of(account.id), [chat, account.id]));
  const receipt = useStore(chat.receipts).get(account.id);
  const online = useStore(chat.presence).get(account.id);
  const allOutgoing = useStore(chat.outgoing);
  const deleted = 'deleted' in account && account.deleted;
  const unread = 'unread' in account ? account.unread : 0;

  const rows = useMemo(() => {
    const outgoing = allOutgoing.filter(({ to }) => to.id === account.id);
    return rowsOf({ viewerId: chat.viewer.id, messages: thread.messages, outgoing, receipt });
  }, [chat, account.id, thread.messages, allOutgoing, receipt]);

  const newest = thread.messages.findLast(
    ({ sender }) => sender?.id !== chat.viewer.id || account.id === chat.viewer.id,
  );
  const markRead = () => {
    if (newest && unread > 0) chat.markRead(account.id, newest.id);
  };

  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!hasMouse()) heading.current?.focus({ preventScroll: true });
  }, []);

  return (
    <main className="conversation">
      <header className="conversation-header">
        <button
          type="button"
          className="conversation-back"
          aria-label="Back to the people"
          onClick={chat.selection.close}
        >
          <BackIcon />
        </button>
        <Avatar username={account.username} online={online ?? false} />
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {account.username}
          </h2>
          <p>
            {deleted
              ? 'Account deleted'
              : online === undefined
                ? '\u00a0'
                : online
                  ? 'Online'
                  : 'Offline'}
          </p>
        </div>
      </header>
      <Timeline
        from={account.username}
        rows={rows}
        ready={thread.ready}
        hasEarlier={thread.earlier !== null}
        unread={unread}
        onSeen={markRead}
        onEarlier={() => chat.threads.loadEarlier(account.id)}
        onRetry={chat.outgoing.retry}
        onDiscard={chat.outgoing.discard}
      />
      {deleted ? (
        <p className="conversation-deleted">
          This account is deleted. What was written stays here.
        </p>
      ) : (
        <Composer chat={chat} to={account} />
      )}
    </main>
  );
}
