import { useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import type { SessionProps } from './AccountMenu.tsx';
import { Announcer } from './Announcer.tsx';
import { ConnectionState } from './ConnectionState.tsx';
import { Conversation } from './Conversation.tsx';
import { type Chat, openChat } from './chat.ts';
import { Empty } from './Empty.tsx';
import { Sidebar } from './Sidebar.tsx';
import { useStore } from './store.ts';
import { useNotifications } from './useNotifications.ts';

/** The chat of one session, for as long as this is shown. */
export function Room(props: SessionProps) {
  const [chat, setChat] = useState<Chat>();
  const changingPassword = useRef(false);
  const { session, onLeft } = props;
  const left = useRef(onLeft);
  left.current = onLeft;
  useEffect(() => {
    const opened = openChat({
      session,
      onEnded() {
        if (!changingPassword.current) left.current('Your session was ended elsewhere. Log in again.');
      },
    });
    setChat(opened);
    return () => opened[Symbol.dispose]();
  }, [session]);
  if (!chat) return null;
  return (
    <Provider value={chat.client}>
      <OpenRoom chat={chat} changingPassword={changingPassword} {...props} />
    </Provider>
  );
}

interface OpenRoomProps extends SessionProps {
  readonly chat: Chat;
  readonly changingPassword: { current: boolean };
}

function OpenRoom({ chat, changingPassword, ...props }: OpenRoomProps) {
  const people = useStore(chat.people);
  const open = useStore(chat.selection);
  const unread = [...people.values()].reduce((sum, person) => sum + person.unread, 0);
  const notifications = useNotifications(chat);
  return (
    <div className="room" data-open={open !== undefined}>
      <title>{unread > 0 ? `(${unread}) Parley` : 'Parley'}</title>
      <ConnectionState chat={chat} />
      <Sidebar
        chat={chat}
        notifications={notifications}
        onChangingPassword={(changing) => {
          changingPassword.current = changing;
        }}
        {...props}
      />
      {open ? <Conversation key={open.id} chat={chat} account={people.get(open.id) ?? open} /> : <Empty />}
      <Announcer chat={chat} />
    </div>
  );
}
