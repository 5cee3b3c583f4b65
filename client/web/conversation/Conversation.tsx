import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { type Account, isReceived, isUnread } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import type { Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import type { Thread } from '../state/thread.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { BackIcon, TypingIcon } from '../ui/icons.tsx';
import { Blocked, Closed } from './Closed.tsx';
import { Composer, hasMouse } from './Composer.tsx';
import { ConversationMenu } from './ConversationMenu.tsx';
import { type MessageRow, rowsOf } from './rows.ts';
import { Timeline } from './Timeline.tsx';
import { useStart } from './useStart.ts';
import './Conversation.css';

const NONE: Thread['messages'] = [];

interface ConversationProps {
  readonly chat: Chat;
  readonly account: Account | Person;
}

const quoted = (text: string): string => text.replace(/^/gm, '> ');

/** The conversation with one account, with the composer. */
export function Conversation({ chat, account }: ConversationProps) {
  const thread = useStore(useMemo(() => chat.threads.of(account.id), [chat, account.id]));
  const receipt = useStore(chat.receipts).get(account.id);
  const allOutgoing = useStore(chat.outgoing);
  const target = useStore(chat.target)?.messageId;
  const deleted = 'deleted' in account && account.deleted;
  const blocked = useStore(chat.blocks).has(account.id);
  const unread = 'unread' in account ? account.unread : undefined;

  const readThrough = useStore(chat.readMarks).get(account.id);
  const firstUnread = unread
    ? thread.messages.find((message) => isUnread(message, readThrough))?.id
    : undefined;
  const { start, skip } = useStart(chat, account.id, thread, { unread, readThrough });
  const messages = start === undefined ? NONE : thread.messages;
  const rows = useMemo(() => {
    const outgoing = allOutgoing.filter(({ to }) => to.id === account.id);
    return rowsOf({ messages, outgoing, receipt });
  }, [account.id, messages, allOutgoing, receipt]);

  const markRead = ({ id, stage }: MessageRow) => {
    if (!unread) return;
    // Messages that are not stored yet come after all others.
    const isLast = stage === 'sending' || stage === 'failed';
    const seen = thread.messages.findLast((each) => isReceived(each) && (isLast || each.id <= id));
    if (seen && !seen.read) chat.markRead(account.id, seen.id);
  };
  const field = useRef<HTMLTextAreaElement>(null);
  const { quote, edit } = useWriting(chat, account.id, field);
  return (
    <main className="conversation">
      <Header chat={chat} account={account} deleted={deleted} />
      <Timeline
        from={account.username}
        rows={rows}
        start={start}
        target={target}
        hasEarlier={thread.earlier !== null}
        unread={unread ?? 0}
        firstUnread={firstUnread}
        onSeen={markRead}
        onPlace={(place) =>
          place ? chat.places.set(account.id, place) : chat.places.delete(account.id)
        }
        onSkip={skip}
        onEarlier={() => chat.threads.loadEarlier(account.id)}
        onRetry={chat.outgoing.retry}
        onDiscard={chat.outgoing.discard}
        onEdit={edit}
        onQuote={deleted || blocked ? undefined : quote}
      />
      {deleted ? (
        <Closed>This account was deleted. Your conversation is still here.</Closed>
      ) : blocked ? (
        <Blocked chat={chat} account={account} />
      ) : (
        <Composer chat={chat} to={account} field={field} />
      )}
    </main>
  );
}

/** Returns what puts a text into the composer. It stays the same, so that no message renders. */
function useWriting(chat: Chat, id: string, field: RefObject<HTMLTextAreaElement | null>) {
  return useMemo(() => {
    const draft = () => chat.drafts.get().get(id) ?? '';
    const write = (text: string) => {
      chat.drafts.set(id, text);
      field.current?.focus();
    };
    return {
      quote: (text: string) => write(`${quoted(text)}\n${draft()}`),
      edit(message: MessageRow) {
        chat.outgoing.discard(message.id);
        write(draft() ? `${message.text}\n${draft()}` : message.text);
      },
    };
  }, [chat, id, field]);
}

function Header({ chat, account, deleted }: ConversationProps & { deleted: boolean }) {
  const online = useStore(chat.presence).get(account.id);
  const typing = useStore(chat.typing).has(account.id);
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
        {typing ? (
          <p className="conversation-typing">
            <TypingIcon />
            <span className="one-line">{account.username} is typing…</span>
          </p>
        ) : (
          <p>{deleted ? 'Account deleted' : onlineLabel(online)}</p>
        )}
      </div>
      {!deleted && account.id !== chat.viewer.id && (
        <ConversationMenu chat={chat} account={account} />
      )}
    </header>
  );
}

/** Returns a space that keeps the line's height while nothing is known. */
function onlineLabel(online: boolean | undefined): string {
  if (online === undefined) return '\u00a0';
  return online ? 'Online' : 'Offline';
}
