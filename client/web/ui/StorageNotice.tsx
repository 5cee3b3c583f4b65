import { useState } from 'react';
import type { SafeStorage } from '../state/storage.ts';
import { useStore } from '../state/store.ts';
import './Band.css';

/** Says, until it is closed, that this browser keeps nothing for the page. */
export function StorageNotice({ storage }: { storage: SafeStorage }) {
  const lasting = useStore(storage.lasting);
  const [closed, setClosed] = useState(false);
  if (lasting || closed) return null;
  return (
    <aside className="band band-warning" aria-label="Storage">
      <p role="status">
        This browser does not save data for Parley. If you reload the page, unsent messages are
        lost.
      </p>
      <button type="button" onClick={() => setClosed(true)}>
        OK
      </button>
    </aside>
  );
}
