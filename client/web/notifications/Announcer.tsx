import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';

/**
 * Announces new messages to screen readers. The list itself is not a live region, since scrolling
 * fills it too.
 */
export function Announcer({ chat }: { chat: Chat }) {
  const arrivals = useStore(chat.arrivals);
  const [first] = arrivals;
  return (
    <div className="unseen" role="log" aria-live="polite" aria-label="New messages">
      {arrivals.length === 1 && first && (
        <p key={first.id}>
          {first.senderUsername}: {first.text}
        </p>
      )}
      {arrivals.length > 1 && <p key={first?.id}>{arrivals.length} new messages</p>}
    </div>
  );
}
