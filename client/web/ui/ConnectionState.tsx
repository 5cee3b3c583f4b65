import { useEffect, useState } from 'react';
import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import './ConnectionState.css';

/** How the connection stands, in words; when all is well, only for those who listen. */
export function ConnectionState({ chat }: { chat: Chat }) {
  const state = useStore(chat.connection);
  const seconds = useSecondsUntil(state.state === 'offline' ? state.retryAt : undefined);
  return (
    <header className="connection" data-state={state.state}>
      <h1 className="unseen">Parley</h1>
      <p role="status">
        {state.state === 'connecting' && 'Connecting…'}
        {state.state === 'catching up' && 'Catching up…'}
        {state.state === 'live' && <span className="unseen">Connected</span>}
        {state.state === 'offline' &&
          `Offline${state.reason ? ` (${state.reason})` : ''}. What you write is sent when the connection is back.`}
      </p>
      {state.state === 'offline' && (
        <>
          {/* Each second would be too much to listen to. */}
          <span aria-hidden="true" className="connection-countdown">
            {seconds > 0 ? `Next try in ${seconds} s` : 'Trying…'}
          </span>
          <button type="button" onClick={chat.retry}>
            Try now
          </button>
        </>
      )}
    </header>
  );
}

/** Whole seconds until then, counted down. */
function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (moment === undefined) return;
    setNow(Date.now());
    const counting = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(counting);
  }, [moment]);
  return moment === undefined ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
}
