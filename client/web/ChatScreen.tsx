import { useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import { AccountMenu, type SessionActions } from './account/AccountMenu.tsx';
import { Conversation } from './conversation/Conversation.tsx';
import { Empty } from './conversation/Empty.tsx';
import { Announcer } from './notifications/Announcer.tsx';
import { NotificationSwitch } from './notifications/NotificationSwitch.tsx';
import { Sidebar } from './people/Sidebar.tsx';
import { type Chat, openChat } from './state/chat.ts';
import { unreadCount } from './state/people.ts';
import type { Session } from './state/session.ts';
import { useStore } from './state/store.ts';
import { ConnectionState } from './ui/ConnectionState.tsx';
import './ChatScreen.css';

interface ChatScreenProps extends Omit<SessionActions, 'onEnding'> {
  /** Called when the session ends without a request from this page. */
  readonly onEnded: () => void;
}

/** The chat of one session, open while this is mounted. */
export function ChatScreen({ onEnded, ...props }: ChatScreenProps) {
  const { chat, onEnding } = useChat(props.session, onEnded);
  return (
    chat && (
      <Provider value={chat.client}>
        <OpenChat chat={chat} onEnding={onEnding} {...props} />
      </Provider>
    )
  );
}

/** Opens a chat, and holds back `onEnded` during an action that may end the session. */
function useChat(session: Session, onEnded: () => void) {
  const [chat, setChat] = useState<Chat>();
  const ending = useRef(false);
  const ended = useRef(false);
  const latestOnEnded = useRef(onEnded);
  latestOnEnded.current = onEnded;
  useEffect(() => {
    const opened = openChat({
      session,
      onEnded() {
        ended.current = true;
        if (!ending.current) latestOnEnded.current();
      },
    });
    setChat(opened);
    return () => opened[Symbol.dispose]();
  }, [session]);

  const onEnding = (now: boolean) => {
    ending.current = now;
    if (!now && ended.current) latestOnEnded.current();
  };
  return { chat, onEnding };
}

interface OpenChatProps extends SessionActions {
  readonly chat: Chat;
}

function OpenChat({ chat, ...actions }: OpenChatProps) {
  const people = useStore(chat.people);
  const open = useStore(chat.selection);
  const unread = unreadCount(people);
  return (
    <div className="chat-screen" data-open={open !== undefined}>
      <title>{unread > 0 ? `(${unread}) Parley` : 'Parley'}</title>
      <ConnectionState chat={chat} />
      <Sidebar chat={chat}>
        <AccountMenu chat={chat} {...actions}>
          <NotificationSwitch chat={chat} />
        </AccountMenu>
      </Sidebar>
      {open ? (
        <Conversation key={open.id} chat={chat} account={people.get(open.id) ?? open} />
      ) : (
        <Empty />
      )}
      <Announcer chat={chat} />
    </div>
  );
}
