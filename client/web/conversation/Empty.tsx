import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { Logo } from '../ui/icons.tsx';
import './Empty.css';

/** Shown while no conversation is open. Welcomes a viewer who has none yet. */
export function Empty({ chat }: { chat: Chat }) {
  const people = useStore(chat.people);
  const { state } = useStore(chat.connection);
  const unknown = useStore(chat.selection.unknown);
  return (
    <main className="empty">
      <Logo />
      {unknown !== undefined ? (
        <>
          <h2>No one is called {unknown}</h2>
          <p>Check the address, or search for someone to message.</p>
          <button type="button" onClick={chat.selection.close}>
            Show your conversations
          </button>
        </>
      ) : people.size === 0 && state === 'live' ? (
        <>
          <h2>Welcome, {chat.viewer.username}</h2>
          <p>
            Search for someone to message, or tell others your username. They can write to you
            whether you are online or not.
          </p>
        </>
      ) : (
        <>
          <h2>Pick a conversation</h2>
          <p>Or search for someone to message.</p>
        </>
      )}
    </main>
  );
}
