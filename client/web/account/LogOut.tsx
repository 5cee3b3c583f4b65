import { useClient } from 'urql';
import { overHttpAs } from '../../core/connection.ts';
import { Logout } from '../../core/documents/session.ts';
import { codeOf, dataOf } from '../../core/errors.ts';
import type { Chat } from '../state/chat.ts';
import { type Problem, refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { Form, FormButtons } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

interface LogOutProps {
  readonly chat: Chat;
  readonly session: Session;
  readonly onEnding: (ending: boolean) => void;
  readonly onLeft: () => void;
  readonly onCancel: () => void;
}

/** Ends the session, after a warning about unsent messages. */
export function LogOut({ chat, session, onEnding, onLeft, onCancel }: LogOutProps) {
  const client = useClient();
  const unsent = useStore(chat.outgoing).length;
  const submission = useSubmit({
    async action() {
      const problem = await logOut();
      if (!problem) onLeft();
      return problem;
    },
    onBusy: onEnding,
  });

  /** Returns why the session goes on, if it does. */
  async function logOut(): Promise<Problem | undefined> {
    try {
      const { logout } = await dataOf(client.mutation(Logout, {}, overHttpAs(session.token)));
      return refusalIn(logout);
    } catch (error) {
      if (codeOf(error) === 'SESSION_ENDED') return undefined;
      throw error;
    }
  }

  return (
    <Form
      label="Log out"
      submission={submission}
      buttons={
        <FormButtons onCancel={onCancel}>
          <button type="submit" className="primary" autoFocus aria-disabled={submission.busy}>
            Log out
          </button>
        </FormButtons>
      }
    >
      <p>
        {unsent === 0
          ? 'Your messages stay on the server. Drafts in this browser are deleted.'
          : `${unsent === 1 ? '1 message has' : `${unsent} messages have`} not been sent and will be lost.`}
      </p>
    </Form>
  );
}
