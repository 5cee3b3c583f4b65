import { useEffect, useState } from 'react';
import type { ShownMessage } from '../../core/documents/message.ts';
import { counterpartOf } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { ownName } from '../state/home.ts';
import { useStore } from '../state/store.ts';
import { useNotificationLeader } from './useNotificationLeader.ts';

export type NotificationStatus = 'on' | 'off' | 'blocked' | 'unavailable';

/** Desktop notifications for messages that arrive while every tab of the account is hidden. */
export interface Notifications {
  readonly status: NotificationStatus;
  /** Turns them on or off. Turning them on may ask for the browser's permission. */
  toggle(): Promise<void>;
}

const KEY = ownName('notifications');

function readStatus({ storage }: Chat): NotificationStatus {
  if (!('Notification' in window)) return 'unavailable';
  if (Notification.permission === 'denied') return 'blocked';
  const on = Notification.permission === 'granted' && storage.get(KEY) === 'on';
  return on ? 'on' : 'off';
}

/** Shows the notifications of a chat while they are on. */
export function useNotifications(chat: Chat): Notifications {
  const [status, setStatus] = useState(() => readStatus(chat));
  const arrivals = useStore(chat.arrivals);
  const isLeader = useNotificationLeader(chat.viewer.id);

  useEffect(() => {
    const onStorage = () => setStatus(readStatus(chat));
    window.addEventListener('storage', onStorage);
    return () => window.removeEventListener('storage', onStorage);
  }, [chat]);

  useEffect(() => {
    if (status !== 'on' || arrivals.length === 0) return;
    isLeader().then((leading) => {
      if (leading) for (const last of lastOfEach(arrivals)) notifyOf(chat, last);
    });
  }, [arrivals, status, chat, isLeader]);

  return {
    status,
    async toggle() {
      const granted = status !== 'on' && (await Notification.requestPermission()) === 'granted';
      const shown =
        granted && notify('Parley', { body: 'New messages will look like this.', tag: KEY });
      chat.storage.set(KEY, shown ? 'on' : 'off');
      if (granted) setStatus(shown ? 'on' : 'unavailable');
      else setStatus(readStatus(chat));
    },
  };
}

/** Returns the last message of each conversation. */
const lastOfEach = (messages: readonly ShownMessage[]): Iterable<ShownMessage> =>
  new Map(messages.map((message) => [message.conversation.counterpartId, message])).values();

function notifyOf(chat: Chat, message: ShownMessage): void {
  const from = counterpartOf(message);
  // The tag keeps one notification per conversation.
  notify(from.username, { body: message.text, tag: from.id }, () => {
    window.focus();
    chat.selection.open(from);
  });
}

/** Shows a notification. Returns false if this browser cannot. */
function notify(title: string, options: NotificationOptions, onClick = () => {}): boolean {
  try {
    const notification = new Notification(title, options);
    notification.addEventListener('click', () => {
      notification.close();
      onClick();
    });
    return true;
  } catch {
    // Chrome on Android has the constructor, but only service workers may notify.
    return false;
  }
}
