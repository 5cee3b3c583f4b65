import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import './Dialog.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A modal dialog. The browser keeps the focus in it, closes it on Escape and restores the focus
 * afterwards.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it is removed: a removed dialog does not restore the focus.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return createPortal(
    <dialog className="dialog" ref={dialog} aria-labelledby="dialog-title" onCancel={onClose}>
      <h2 className="dialog-title" id="dialog-title">
        {title}
      </h2>
      {children}
    </dialog>,
    // Outside the sidebar, which is hidden when the window becomes narrow.
    document.body,
  );
}
