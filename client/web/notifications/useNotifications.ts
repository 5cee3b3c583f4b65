import { useEffect, useState } from 'react';
import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { useNotificationLeader } from './useNotificationLeader.ts';

/** Messages on the desktop while no tab of the account is in sight. */
export interface Notifications {
  readonly possible: boolean;
  readonly on: boolean;
  /** Turns them on or off; the browser asks the first time. */
  toggle(): Promise<void>;
}

const KEY = 'parley:notifications';

const allowed = (): boolean => 'Notification' in window && Notification.permission !== 'denied';
const wanted = (): boolean =>
  allowed() && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on';

export function useNotifications(chat: Chat): Notifications {
  const [possible, setPossible] = useState(allowed);
  const [on, setOn] = useState(wanted);
  const arrivals = useStore(chat.arrivals);
  const isSpeaker = useNotificationLeader(chat.viewer.id);

  useEffect(() => {
    const listen = () => setOn(wanted());
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  }, []);

  useEffect(() => {
    const last = arrivals.at(-1);
    if (!on || !last) return;
    isSpeaker().then((speaks) => {
      if (!speaks) return;
      // A conversation has one at a time.
      notify(last.senderUsername, { body: last.text, tag: last.sender?.id ?? last.id }, () => {
        window.focus();
        if (last.sender) chat.selection.open({ id: last.sender.id, username: last.senderUsername });
      });
    });
  }, [arrivals, on, chat, isSpeaker]);

  return {
    possible,
    on,
    async toggle() {
      const granted = !on && (await Notification.requestPermission()) === 'granted';
      const next =
        granted && notify('Parley', { body: 'New messages are shown like this.', tag: KEY });
      localStorage.setItem(KEY, next ? 'on' : 'off');
      setOn(next);
      setPossible(allowed() && next === granted);
    },
  };
}

/** Shows a notification; answers whether this browser can. */
function notify(title: string, options: NotificationOptions, onClick = () => {}): boolean {
  try {
    const notification = new Notification(title, options);
    notification.addEventListener('click', () => {
      notification.close();
      onClick();
    });
    return true;
  } catch {
    // Some browsers of phones know the name, and leave this to service workers.
    return false;
  }
}
