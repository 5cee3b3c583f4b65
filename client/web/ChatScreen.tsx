import { useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import type { SessionProps } from './account/AccountMenu.tsx';
import { Conversation } from './conversation/Conversation.tsx';
import { Empty } from './conversation/Empty.tsx';
import { Announcer } from './notifications/Announcer.tsx';
import { useNotifications } from './notifications/useNotifications.ts';
import { Sidebar } from './people/Sidebar.tsx';
import { type Chat, openChat } from './state/chat.ts';
import { useStore } from './state/store.ts';
import { ConnectionState } from './ui/ConnectionState.tsx';
import './ChatScreen.css';

/** The chat of one session, for as long as this is shown. */
export function ChatScreen(props: SessionProps) {
  const [chat, setChat] = useState<Chat>();
  const ending = useRef(false);
  const ended = useRef(false);
  const { session } = props;
  const onEnded = useRef(props.onEnded);
  onEnded.current = props.onEnded;
  useEffect(() => {
    const opened = openChat({
      session,
      onEnded() {
        ended.current = true;
        if (!ending.current) onEnded.current();
      },
    });
    setChat(opened);
    return () => opened[Symbol.dispose]();
  }, [session]);
  if (!chat) return null;
  // What ends the session from here is not to be announced as if it had come from elsewhere.
  const onEnding = (now: boolean) => {
    ending.current = now;
    if (!now && ended.current) onEnded.current();
  };
  return (
    <Provider value={chat.client}>
      <OpenRoom chat={chat} onEnding={onEnding} {...props} />
    </Provider>
  );
}

interface OpenRoomProps extends SessionProps {
  readonly chat: Chat;
  readonly onEnding: (ending: boolean) => void;
}

function OpenRoom({ chat, ...props }: OpenRoomProps) {
  const people = useStore(chat.people);
  const open = useStore(chat.selection);
  const unread = [...people.values()].reduce((sum, person) => sum + person.unread, 0);
  const notifications = useNotifications(chat);
  return (
    <div className="chat-screen" data-open={open !== undefined}>
      <title>{unread > 0 ? `(${unread}) Parley` : 'Parley'}</title>
      <ConnectionState chat={chat} />
      <Sidebar chat={chat} notifications={notifications} {...props} />
      {open ? (
        <Conversation key={open.id} chat={chat} account={people.get(open.id) ?? open} />
      ) : (
        <Empty />
      )}
      <Announcer chat={chat} />
    </div>
  );
}
