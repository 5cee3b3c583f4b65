import type { ReactNode } from 'react';
import './Menu.css';

interface MenuProps {
  /** The id for the `popoverTarget` of its button, and the class that places it. */
  readonly id: string;
  readonly children: ReactNode;
}

/** A menu below a button. The browser opens it, closes it, and moves the focus. */
export const Menu = ({ id, children }: MenuProps) => (
  <div id={id} popover="auto" className={`menu ${id}`}>
    {children}
  </div>
);

interface MenuEntryProps {
  readonly danger?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/**
 * An entry, which closes its menu first: the focus is at the button of the menu by then, and a
 * dialog that the entry opens gives it back to that.
 */
export const MenuEntry = ({ danger, onClick, children }: MenuEntryProps) => (
  <button
    type="button"
    className={danger ? 'menu-danger' : undefined}
    onClick={({ currentTarget }) => {
      currentTarget.closest<HTMLElement>('.menu')?.hidePopover();
      onClick();
    }}
  >
    {children}
  </button>
);
