import { useState } from 'react';
import { SignIn } from './account/SignIn.tsx';
import { type DeletedAccount, UndeliveredMessages } from './account/UndeliveredMessages.tsx';
import { ChatScreen } from './ChatScreen.tsx';
import type { Session, SessionStore } from './state/session.ts';
import type { SafeStorage } from './state/storage.ts';
import { useStore } from './state/store.ts';

interface AppProps {
  readonly storage: SafeStorage;
  readonly sessions: SessionStore;
}

/** The whole page: the sign-in screen, the chat, or the messages of a deleted account. */
export function App({ storage, sessions }: AppProps) {
  const session = useStore(sessions);
  const [ended, setEnded] = useState<Session>();
  const [deleted, setDeleted] = useState<DeletedAccount>();

  if (deleted) {
    return <UndeliveredMessages account={deleted} onDone={() => setDeleted(undefined)} />;
  }
  if (!session) {
    const enter = (started: Session) => {
      setEnded(undefined);
      sessions.save(started);
    };
    return <SignIn storage={storage} ended={ended} onLoggedIn={enter} onDeleted={setDeleted} />;
  }
  const leave = () => {
    setEnded(undefined);
    sessions.remove(session);
  };
  return (
    <ChatScreen
      key={session.token}
      storage={storage}
      session={session}
      onRenewed={(token) => sessions.save({ ...session, token })}
      onEnded={() => {
        // Another tab may have replaced the session already.
        if (sessions.get()?.token !== session.token) return;
        setEnded(session);
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
