import { useLayoutEffect, useRef, useState } from 'react';

/**
 * Keeps the message above which "New messages" is shown. It is the first unread one when unread
 * messages come to be while the viewer does not watch the end, and stays until the viewer writes.
 */
export function useDivider(firstUnread: string | undefined, watching: boolean, own: boolean) {
  const [divider, setDivider] = useState<string>();
  const allRead = useRef(true);
  useLayoutEffect(() => {
    if (firstUnread === undefined) allRead.current = true;
    else if (allRead.current && !watching) {
      allRead.current = false;
      setDivider(firstUnread);
    }
  }, [firstUnread, watching]);
  useLayoutEffect(() => {
    if (own) setDivider(undefined);
  }, [own]);
  return divider;
}
