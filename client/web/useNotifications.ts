import { useEffect, useState } from 'react';
import type { Chat } from './chat.ts';
import { useStore } from './store.ts';

/** Messages on the desktop while the tab is hidden. */
export interface Notifications {
  readonly possible: boolean;
  readonly on: boolean;
  /** Turns them on or off; the browser asks the first time. */
  toggle(): Promise<void>;
}

const KEY = 'parley:notifications';

export function useNotifications(chat: Chat): Notifications {
  const possible = 'Notification' in window && Notification.permission !== 'denied';
  const [on, setOn] = useState(
    () => possible && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on',
  );
  const arrivals = useStore(chat.arrivals);

  useEffect(() => {
    const last = arrivals.at(-1);
    if (!on || !last || document.visibilityState === 'visible') return;
    // With a tag, several tabs show one notification, and a conversation has one at a time.
    notify(last.senderUsername, { body: last.text, tag: last.sender?.id ?? last.id }, () => {
      window.focus();
      if (last.sender) chat.selection.open({ id: last.sender.id, username: last.senderUsername });
    });
  }, [arrivals, on, chat]);

  return {
    possible,
    on,
    async toggle() {
      const next = !on && (await Notification.requestPermission()) === 'granted';
      localStorage.setItem(KEY, next ? 'on' : 'off');
      setOn(next);
    },
  };
}

function notify(title: string, options: NotificationOptions, onClick: () => void): void {
  try {
    const notification = new Notification(title, options);
    notification.addEventListener('click', () => {
      notification.close();
      onClick();
    });
  } catch {
    // Some browsers of phones know the name, and leave this to service workers.
  }
}
