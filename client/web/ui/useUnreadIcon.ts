import { useEffect } from 'react';
import icon from './icons/icon.svg';
import iconUnread from './icons/icon-unread.svg';

/** Puts a dot on the icon of the tab while there is something unread. */
export function useUnreadIcon(unread: boolean): void {
  useEffect(() => {
    const show = (href: string) =>
      document.querySelector('link[rel="icon"]')?.setAttribute('href', href);
    show(unread ? iconUnread : icon);
    return () => show(icon);
  }, [unread]);
}
