import { useState } from 'react';
import { SignIn } from './account/SignIn.tsx';
import { type Undelivered0, UndeliveredMessages } from './account/UndeliveredMessages.tsx';
import { ChatScreen } from './ChatScreen.tsx';
import type { Session, SessionStore } from './state/session.ts';
import { useStore } from './state/store.ts';

const ENDED = 'Your session was ended elsewhere. Log in again.';

/** The whole page: outside, or in the chat. */
export function App({ sessions }: { sessions: SessionStore }) {
  const session = useStore(sessions);
  const [notice, setNotice] = useState('');
  const [deleted, setDeleted] = useState<Undelivered0>();

  if (deleted) return <UndeliveredMessages {...deleted} onDone={() => setDeleted(undefined)} />;
  if (!session) {
    const enter = (begun: Session) => {
      setNotice('');
      sessions.save(begun);
    };
    return <SignIn notice={notice} onEntered={enter} onDeleted={setDeleted} />;
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
        // It may have ended twice, or have been replaced.
        if (sessions.get()?.token !== session.token) return;
        setNotice(ENDED);
        sessions.leave(session);
      }}
      onLeft={leave}
      onDeleted={(undelivered) => {
        setDeleted(undelivered);
        leave();
      }}
    />
  );
}
