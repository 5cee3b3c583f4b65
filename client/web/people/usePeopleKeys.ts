import type { RefObject } from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { useKeys } from '../ui/useKeys.ts';

/** Handles the keys that lead to the search, and to the conversation above or below. */
export function usePeopleKeys(
  chat: Chat,
  accounts: readonly Account[],
  search: RefObject<HTMLInputElement | null>,
): void {
  useKeys((event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key.toLowerCase() === 'k' && ctrlKey !== metaKey && !altKey && !shiftKey) {
      event.preventDefault();
      // On a narrow screen the list is hidden by the conversation.
      if (!search.current?.checkVisibility()) chat.selection.close();
      search.current?.focus();
      search.current?.select();
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (step === undefined || !altKey || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    const open = accounts.findIndex(({ id }) => id === chat.selection.get()?.id);
    const next = accounts[open < 0 ? 0 : open + step];
    if (next) chat.selection.open(next);
  });
}
