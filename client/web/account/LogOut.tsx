import { useClient } from 'urql';
import { overHttpAs } from '../../core/connection.ts';
import { Logout } from '../../core/documents/session.ts';
import { codeOf, dataOf } from '../../core/errors.ts';
import type { Chat } from '../state/chat.ts';
import { messageOf } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { useSubmit } from '../ui/useSubmit.ts';

interface LogOutProps {
  readonly chat: Chat;
  readonly session: Session;
  readonly onEnding: (ending: boolean) => void;
  readonly onLeft: () => void;
  readonly onCancel: () => void;
}

/** Ends the session, and says what would be lost by it. */
export function LogOut({ chat, session, onEnding, onLeft, onCancel }: LogOutProps) {
  const client = useClient();
  const unsent = useStore(chat.outgoing).length;
  const { onSubmit, problem, busy } = useSubmit(async () => {
    await dataOf(client.mutation(Logout, {}, overHttpAs(session.token))).catch((error) => {
      if (codeOf(error) !== 'SESSION_ENDED') throw error;
    });
    onLeft();
    return undefined;
  }, onEnding);
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Log out">
      <p>
        {unsent > 0
          ? `${unsent === 1 ? 'A message has' : `${unsent} messages have`} not been sent, and will be lost.`
          : 'Your messages stay on the server. Drafts in this browser are removed.'}
      </p>
      <p className="error" role="alert">
        {messageOf(problem, 'Unreachable', 'INTERNAL')}
      </p>
      <div className="form-buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" autoFocus aria-disabled={busy}>
          Log out
        </button>
      </div>
    </form>
  );
}
