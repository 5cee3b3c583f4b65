import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { useSecondsUntil } from './useSecondsUntil.ts';
import './ConnectionState.css';

/**
 * The state of the connection, over the page. While it is live, it is shown to screen readers only.
 */
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
        {state.state === 'offline' && (
          <>
            You're offline{state.reason && ` (${state.reason})`}.{' '}
            <span className="connection-promise">Messages will be sent when you reconnect.</span>
          </>
        )}
      </p>
      {state.state === 'offline' && (
        <>
          {/* A screen reader would read it out every second. */}
          <span aria-hidden="true" className="connection-countdown">
            {seconds > 0 ? `Retrying in ${seconds} s` : 'Retrying…'}
          </span>
          <button type="button" onClick={chat.retry}>
            Retry now
          </button>
        </>
      )}
    </header>
  );
}
