import type { Chat } from '../state/chat.ts';
import { type NotificationStatus, useNotifications } from './useNotifications.ts';

const LABELS: Record<NotificationStatus, string> = {
  on: 'Turn notifications off',
  off: 'Turn notifications on',
  blocked: 'Notifications are blocked in this browser.',
  unavailable: 'Notifications are not available in this browser.',
};

/** The menu entry that turns notifications on and off. Notifications work while it is mounted. */
export function NotificationSwitch({ chat }: { chat: Chat }) {
  const { status, toggle } = useNotifications(chat);
  if (status === 'blocked' || status === 'unavailable')
    return <p className="hint">{LABELS[status]}</p>;
  return (
    <button type="button" onClick={toggle}>
      {LABELS[status]}
    </button>
  );
}
