import { useState } from 'react';
import { Dialog } from './ui/Dialog.tsx';
import { MenuEntry } from './ui/Menu.tsx';
import { isTyping, useKeys } from './ui/useKeys.ts';
import './KeyList.css';

/** Described in docs/web.md, too. */
const KEYS: readonly (readonly [keys: string, action: string])[] = [
  ['Ctrl K or ⌘ K', 'Search people and messages'],
  ['Enter in the search', 'Open the first'],
  ['Alt ↑, Alt ↓', 'Open the conversation above or below'],
  ['Esc', 'Go to the newest message'],
  ['Page Up, Page Down', 'Scroll the messages, also from the composer'],
  ['↑, ↓ in the messages', 'Move from message to message'],
  ['Shift Enter', 'Start a new line'],
  ['?', 'Show this list'],
];

/** The menu entry that lists the keys of the page. The key ? does so, too. */
export function KeyList() {
  const [open, setOpen] = useState(false);
  useKeys((event) => {
    if (event.key === '?' && !isTyping(event)) setOpen(true);
  });
  const close = () => setOpen(false);
  return (
    <>
      <MenuEntry onClick={() => setOpen(true)}>Keyboard shortcuts</MenuEntry>
      {open && (
        <Dialog title="Keyboard shortcuts" onClose={close}>
          <dl className="key-list">
            {KEYS.map(([keys, action]) => (
              <div key={keys}>
                <dt>{keys}</dt>
                <dd>{action}</dd>
              </div>
            ))}
          </dl>
          <button type="button" onClick={close}>
            Close
          </button>
        </Dialog>
      )}
    </>
  );
}
