import { useState } from 'react';
import { SignIn } from './account/SignIn.tsx';
import { type DeletedAccount, UndeliveredMessages } from './account/UndeliveredMessages.tsx';
import { ChatScreen } from './ChatScreen.tsx';
import type { Session, SessionStore } from './state/session.ts';
import { useStore } from './state/store.ts';

const SESSION_ENDED = 'Your session has ended. Log in again.';

/** The whole page: the sign-in screen, the chat, or the messages of a deleted account. */
export function App({ sessions }: { sessions: SessionStore }) {
  const session = useStore(sessions);
  const [notice, setNotice] = useState('');
  const [deleted, setDeleted] = useState<DeletedAccount>();

  if (deleted) {
    return <UndeliveredMessages account={deleted} onDone={() => setDeleted(undefined)} />;
  }
  if (!session) {
    const enter = (started: Session) => {
      setNotice('');
      sessions.save(started);
    };
    return <SignIn notice={notice} onLoggedIn={enter} onDeleted={setDeleted} />;
  }
  const leave = () => {
    setNotice('');
    sessions.remove(session);
  };
  return (
    <ChatScreen
      key={session.token}
      session={session}
      onRenewed={(token) => sessions.save({ ...session, token })}
      onEnded={() => {
        // Another tab may have replaced the session already.
        if (sessions.get()?.token !== session.token) return;
        setNotice(SESSION_ENDED);
        sessions.leave(session);
      }}
      onLeft={leave}
      onDeleted={(account) => {
        setDeleted(account);
        leave();
      }}
    />
  );
}
