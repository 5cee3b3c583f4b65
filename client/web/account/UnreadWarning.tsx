import type { Chat } from '../state/chat.ts';
import { unreadCount } from '../state/people.ts';
import { useStore } from '../state/store.ts';

/** Warns about messages that the viewer has not read or not received yet. */
export function UnreadWarning({ chat }: { chat: Chat }) {
  const unread = unreadCount(useStore(chat.people));
  const caughtUp = useStore(chat.connection).state === 'live';
  return (
    <div role="status">
      {!caughtUp && (
        <p>Messages may still be arriving. You'll see any undelivered messages once more.</p>
      )}
      {unread > 0 && (
        <p className="notice">
          {unread === 1
            ? 'You have 1 unread message. It will be deleted too.'
            : `You have ${unread} unread messages. They will be deleted too.`}
        </p>
      )}
      {caughtUp && unread === 0 && <p>You have no unread messages.</p>}
    </div>
  );
}
