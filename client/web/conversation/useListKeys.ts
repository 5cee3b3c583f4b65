import type { KeyboardEvent, RefObject } from 'react';
import { useKeys } from '../ui/useKeys.ts';

/** The part of the view by which PageUp and PageDown scroll. */
const PAGE = 0.9;

/**
 * Handles the keys of a list of messages. It is one stop for Tab: the arrow keys move within it.
 * Returns the handler of keys that are pressed in the list.
 */
export function useListKeys(
  view: RefObject<HTMLElement | null>,
  toEnd: () => void,
): (event: KeyboardEvent) => void {
  useKeys((event) => {
    const { key, target } = event;
    const inComposer = target instanceof HTMLTextAreaElement;
    // In a search field, Escape removes the term first.
    if (key === 'Escape' && !(target instanceof HTMLInputElement && target.value !== '')) toEnd();
    else if (inComposer && (key === 'PageUp' || key === 'PageDown')) {
      event.preventDefault();
      const page = PAGE * (view.current?.clientHeight ?? 0);
      view.current?.scrollBy({ top: key === 'PageUp' ? -page : page });
    }
  });

  return (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!view.current || step === undefined || event.altKey) return;
    event.preventDefault();
    const messages = [...view.current.querySelectorAll<HTMLElement>('.message-bubble')];
    const focused = messages.findIndex((each) => each.contains(document.activeElement));
    const next = focused < 0 ? lastInView(view.current, messages) : messages[focused + step];
    next?.focus();
  };
}

function lastInView(view: HTMLElement, messages: HTMLElement[]): HTMLElement | undefined {
  const { bottom } = view.getBoundingClientRect();
  return messages.findLast((each) => each.getBoundingClientRect().bottom <= bottom) ?? messages[0];
}
