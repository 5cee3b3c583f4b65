import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';

/** What somebody who is about to delete their account has not got, or has not read. */
export function UnreadWarning({ chat }: { chat: Chat }) {
  const unread = [...useStore(chat.people).values()].reduce(
    (sum, person) => sum + person.unread,
    0,
  );
  const arrived = useStore(chat.connection).state === 'live';
  return (
    <div role="status">
      {!arrived && (
        <p>Messages may still be on their way. What was not delivered is shown to you once more.</p>
      )}
      {unread > 0 && (
        <p className="notice">
          You have not read{' '}
          {unread === 1 ? 'one message that goes, too.' : `${unread} messages that go, too.`}
        </p>
      )}
      {arrived && unread === 0 && <p>All that was sent to you has been delivered and read.</p>}
    </div>
  );
}
