import { useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import { AccountMenu, type SessionActions } from './account/AccountMenu.tsx';
import { Conversation } from './conversation/Conversation.tsx';
import { Empty } from './conversation/Empty.tsx';
import { KeyList } from './KeyList.tsx';
import { Announcer } from './notifications/Announcer.tsx';
import { NotificationSwitch } from './notifications/NotificationSwitch.tsx';
import { Sidebar } from './people/Sidebar.tsx';
import { type Chat, openChat } from './state/chat.ts';
import { unreadCount } from './state/people.ts';
import type { Session } from './state/session.ts';
import type { SafeStorage } from './state/storage.ts';
import { useStore } from './state/store.ts';
import { ConnectionState } from './ui/ConnectionState.tsx';
import { StorageNotice } from './ui/StorageNotice.tsx';
import { ThemeSwitch } from './ui/ThemeSwitch.tsx';
import { useUnreadIcon } from './ui/useUnreadIcon.ts';
import './ChatScreen.css';

interface ChatScreenProps extends Omit<SessionActions, 'onEnding'> {
  readonly storage: SafeStorage;
  /** Called when the session ends without a request from this page. */
  readonly onEnded: () => void;
}

/** The chat of one session, open while this is mounted. */
export function ChatScreen({ storage, onEnded, ...props }: ChatScreenProps) {
  const { chat, onEnding } = useChat(storage, props.session, onEnded);
  return (
    chat && (
      <Provider value={chat.client}>
        <OpenChat chat={chat} onEnding={onEnding} {...props} />
      </Provider>
    )
  );
}

/** Opens a chat, and holds back `onEnded` during an action that may end the session. */
function useChat(storage: SafeStorage, session: Session, onEnded: () => void) {
  const [chat, setChat] = useState<Chat>();
  const ending = useRef(false);
  const ended = useRef(false);
  const latestOnEnded = useRef(onEnded);
  latestOnEnded.current = onEnded;
  useEffect(() => {
    const opened = openChat({
      storage,
      session,
      onEnded() {
        ended.current = true;
        if (!ending.current) latestOnEnded.current();
      },
    });
    setChat(opened);
    return () => opened[Symbol.dispose]();
  }, [storage, session]);

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
  const unknown = useStore(chat.selection.unknown);
  // Going to a message mounts its conversation again, at that message.
  const visit = useStore(chat.target)?.visit ?? 0;
  const unread = unreadCount(people);
  useUnreadIcon(unread > 0);
  return (
    <div className="chat-screen" data-open={(open ?? unknown) !== undefined}>
      <title>{unread > 0 ? `(${unread}) Parley` : 'Parley'}</title>
      <ConnectionState chat={chat} />
      <StorageNotice storage={chat.storage} />
      <Sidebar chat={chat}>
        <AccountMenu chat={chat} {...actions}>
          <NotificationSwitch chat={chat} />
          <ThemeSwitch storage={chat.storage} />
          <KeyList />
        </AccountMenu>
      </Sidebar>
      {open ? (
        <Conversation
          key={`${open.id} ${visit}`}
          chat={chat}
          account={people.get(open.id) ?? open}
        />
      ) : (
        <Empty chat={chat} />
      )}
      <Announcer chat={chat} />
    </div>
  );
}
