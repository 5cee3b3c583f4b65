import type { KeyboardEvent } from 'react';

/** Moves the focus through the list with the arrow keys. */
export function moveFocusWithArrows(event: KeyboardEvent): void {
  if (event.altKey) return;
  if (event.key === 'ArrowDown') moveFocus(event, 1);
  if (event.key === 'ArrowUp') moveFocus(event, -1);
}

/** Moves the focus to the next or previous person, or up to the search field. */
export function moveFocus(event: KeyboardEvent, step: 1 | -1): void {
  const stops = [...document.querySelectorAll<HTMLElement>('.sidebar-search, .sidebar-list a')];
  const next = stops[stops.findIndex((stop) => stop.matches(':focus')) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
