import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { overHttp, overHttpAs } from '../../core/connection.ts';
import { DeleteAccount as DeleteAccountMutation } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { messageOf, refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField, UsernameField } from '../ui/Field.tsx';
import { useSubmit } from '../ui/useSubmit.ts';
import type { Undelivered0 } from './UndeliveredMessages.tsx';

interface DeleteAccountProps {
  /** Whose account, for one who is logged in. */
  readonly session?: Session;
  /** What it costs, as far as it is known before. */
  readonly children: ReactNode;
  readonly onEnding?: (ending: boolean) => void;
  readonly onDeleted: (undelivered: Undelivered0) => void;
  readonly onCancel: () => void;
}

/** Deletes an account for good; needs its password, and no login. */
export function DeleteAccount({
  session,
  children,
  onEnding,
  onDeleted,
  onCancel,
}: DeleteAccountProps) {
  const client = useClient();
  const { onSubmit, problem, busy } = useSubmit(async (field) => {
    const input = { username: session?.username ?? field('username'), password: field('password') };
    const as = session ? overHttpAs(session.token) : overHttp;
    const { deleteAccount } = await dataOf(client.mutation(DeleteAccountMutation, { input }, as));
    if (deleteAccount.__typename === 'DeleteAccountSuccess') onDeleted(deleteAccount);
    return refusalIn(deleteAccount);
  }, onEnding);
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Delete account">
      <p>
        The account and everything in its mailbox go for good. What it has sent stays with those who
        got it.
      </p>
      {children}
      {!session && <UsernameField autoFocus />}
      <PasswordField
        autoFocus={session !== undefined}
        error={messageOf(problem, 'InvalidCredentialsError')}
      />
      <p className="error" role="alert">
        {messageOf(
          problem,
          'AlreadyLoggedInError',
          'RateLimitedError',
          'Unreachable',
          'INTERNAL',
          'BAD_USER_INPUT',
        )}
      </p>
      <div className="form-buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="danger" aria-disabled={busy}>
          {busy ? 'Deleting…' : 'Delete account'}
        </button>
      </div>
    </form>
  );
}
