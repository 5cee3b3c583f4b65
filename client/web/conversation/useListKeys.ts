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
  const [id, setId] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const indexOf = (message: string | undefined) =>
    message === undefined ? -1 : rows.findIndex((row) => row.id === message);

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
    const index = indexOf(id);
    const next =
      index < 0
        ? (messageAt(rows, lastInView(view, list), -1) ?? messageAt(rows, 0, 1))
        : messageAt(rows, index + step, step);
    if (next) setId(next.id);
  }

  // A message that enters the document is hidden, and takes no focus, until it has been measured.
  useLayoutEffect(() => {
    let [frame, frames] = [0, 0];
    function focus(): void {
      const message = view.current?.querySelector(`[data-id="${CSS.escape(id ?? '')}"]`);
      const active = document.activeElement;
      if (!view.current?.contains(active) || message?.contains(active)) return;
      message?.querySelector<HTMLElement>('.message-bubble')?.focus();
      frames += 1;
      if (frames < MAX_FRAMES) frame = requestAnimationFrame(focus);
    }
    if (id !== undefined) focus();
    return () => cancelAnimationFrame(frame);
  }, [view, id]);

  function onFocus({ target }: FocusEvent): void {
    const message = target.closest<HTMLElement>('[data-id]')?.dataset.id;
    setId(message);
    setFocused(message);
  }

  const kept = [...new Set([indexOf(focused), indexOf(id)])].filter((index) => index >= 0);
  return { kept, handlers: { onKeyDown, onFocus } };
}
