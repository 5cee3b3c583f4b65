import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useState } from 'react';
import { useKeys } from '../ui/useKeys.ts';
import { messageAt, type Row } from './rows.ts';
import { type List, lastInView, type View } from './view.ts';

/** The part of the view by which PageUp and PageDown scroll. */
const PAGE = 0.9;
const STEPS: Partial<Record<string, 1 | -1>> = { ArrowUp: -1, ArrowDown: 1 };
/** The frames after which a message that cannot be focused is given up. */
const MAX_FRAMES = 60;

interface ListKeysOptions {
  readonly view: View;
  readonly list: List;
  readonly rows: readonly Row[];
  readonly toEnd: () => void;
}

/**
 * Handles the keys of a list of messages. It is one stop for Tab: the arrow keys move within it.
 * Returns the handlers of the list and the indices that it has to keep in the document, however
 * far away they are: those of the message that has the focus and of the one that is to get it.
 */
export function useListKeys({ view, list, rows, toEnd }: ListKeysOptions) {
  /** The id of the message that the keys have reached. It gets the focus as soon as it can. */
  const [reached, setReached] = useState<string>();
  /** The id of the message that has the focus, which would be lost with it. */
  const [focused, setFocused] = useState<string>();
  const indexOf = (id: string | undefined) =>
    id === undefined ? -1 : rows.findIndex((row) => row.id === id);

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

  function onKeyDown(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    const index = indexOf(reached);
    const next =
      index < 0
        ? (messageAt(rows, lastInView(view, list), -1) ?? messageAt(rows, 0, 1))
        : messageAt(rows, index + step, step);
    if (next) setReached(next.id);
  }

  // A message that enters the document is hidden, and takes no focus, until it has been measured.
  useLayoutEffect(() => {
    let [frame, frames] = [0, 0];
    function focus(): void {
      const message = view.current?.querySelector(`[data-id="${CSS.escape(reached ?? '')}"]`);
      const active = document.activeElement;
      if (!view.current?.contains(active) || message?.contains(active)) return;
      message?.querySelector<HTMLElement>('.message-bubble')?.focus();
      frames += 1;
      if (frames < MAX_FRAMES) frame = requestAnimationFrame(focus);
    }
    if (reached !== undefined) focus();
    return () => cancelAnimationFrame(frame);
  }, [view, reached]);

  function onFocus({ target }: FocusEvent): void {
    const id = target.closest<HTMLElement>('[data-id]')?.dataset.id;
    setReached(id);
    setFocused(id);
  }

  const kept = [...new Set([indexOf(focused), indexOf(reached)])].filter((index) => index >= 0);
  return { kept, handlers: { onKeyDown, onFocus } };
}
