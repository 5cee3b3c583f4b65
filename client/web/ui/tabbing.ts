/**
 * Marks the document while the focus is moved with Tab, until something is typed or clicked. CSS
 * has no selector for this: a text field matches `:focus-visible` after a click, too.
 */
export function trackTabbing(root: HTMLElement = document.documentElement): void {
  root.addEventListener('keydown', ({ key }) =>
    root.toggleAttribute('data-tabbing', key === 'Tab'),
  );
  root.addEventListener('pointerdown', () => root.removeAttribute('data-tabbing'));
}
