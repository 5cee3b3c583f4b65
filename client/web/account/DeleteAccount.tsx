import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { overHttp, overHttpAs } from '../../core/connection.ts';
import { DeleteAccount as DeleteAccountMutation } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField, UsernameField } from '../ui/Field.tsx';
import { Form, FormButtons } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';
import type { DeletedAccount } from './UndeliveredMessages.tsx';

interface DeleteAccountProps {
  /** The session of the account. Without one, the form asks for the username. */
  readonly session?: Session;
  /** What else will be lost. */
  readonly children: ReactNode;
  readonly onEnding?: (ending: boolean) => void;
  readonly onDeleted: (account: DeletedAccount) => void;
  readonly onCancel: () => void;
}

/** Deletes an account permanently. This needs the password, but no login. */
export function DeleteAccount(props: DeleteAccountProps) {
  const { session, children, onEnding, onDeleted, onCancel } = props;
  const client = useClient();
  const submission = useSubmit({
    async action(fieldValue) {
      const username = session?.username ?? fieldValue('username');
      const input = { username, password: fieldValue('password') };
      const as = session ? overHttpAs(session.token) : overHttp;
      const { deleteAccount } = await dataOf(client.mutation(DeleteAccountMutation, { input }, as));
      if (deleteAccount.__typename === 'DeleteAccountSuccess') onDeleted(deleteAccount);
      const problem = refusalIn(deleteAccount);
      return problem?.code === 'AlreadyLoggedInError'
        ? { ...problem, message: 'This account is logged in somewhere else. Log out there first.' }
        : problem;
    },
    fieldCodes: { password: ['InvalidCredentialsError'] },
    onBusy: onEnding,
  });
  return (
    <Form
      label="Delete account"
      submission={submission}
      buttons={
        <FormButtons onCancel={onCancel}>
          <button type="submit" className="danger" aria-disabled={submission.busy}>
            {submission.busy ? 'Deleting…' : 'Delete account'}
          </button>
        </FormButtons>
      }
    >
      <p>
        This permanently deletes your account and every message you received. Messages you sent stay
        with their recipients.
      </p>
      {children}
      {!session && <UsernameField autoFocus />}
      <PasswordField autoFocus={session !== undefined} error={submission.errorOf('password')} />
    </Form>
  );
}
