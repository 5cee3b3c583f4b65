import type { ReactNode } from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { useSubmit } from '../ui/useSubmit.ts';
import './Closed.css';

/** In place of the composer: why nothing can be written. */
export const Closed = ({ children }: { children: ReactNode }) => (
  <div className="closed">{children}</div>
);

interface BlockedProps {
  readonly chat: Chat;
  readonly account: Account;
}

/** Says that the viewer blocks the account, and unblocks it. */
export function Blocked({ chat, account: { id, username } }: BlockedProps) {
  const { onSubmit, busy, error } = useSubmit({ action: () => chat.blocks.change(id, false) });
  return (
    <Closed>
      <form aria-label={`Unblock ${username}`} onSubmit={onSubmit}>
        <p>You blocked {username}.</p>
        <button type="submit" aria-disabled={busy}>
          Unblock
        </button>
      </form>
      <p className="error" role="alert">
        {error}
      </p>
    </Closed>
  );
}
