import { useClient } from 'urql';
import { overHttpAs } from '../../core/connection.ts';
import { ChangePassword as ChangePasswordMutation } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { messageOf, refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField } from '../ui/Field.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

interface ChangePasswordProps {
  readonly session: Session;
  readonly onEnding: (ending: boolean) => void;
  readonly onChanged: (token: string) => void;
  readonly onCancel: () => void;
}

/** Changes the password, which ends every session and begins a new one here. */
export function ChangePassword({ session, onEnding, onChanged, onCancel }: ChangePasswordProps) {
  const client = useClient();
  const { onSubmit, problem, busy } = useSubmit(async (field) => {
    const input = { currentPassword: field('current'), newPassword: field('new') };
    const { changePassword } = await dataOf(
      client.mutation(ChangePasswordMutation, { input }, overHttpAs(session.token)),
    );
    if (changePassword.__typename === 'ChangePasswordSuccess') onChanged(changePassword.token);
    return refusalIn(changePassword);
  }, onEnding);
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Change password">
      <p>Every other client of yours is logged out.</p>
      <input type="hidden" name="username" autoComplete="username" value={session.username} />
      <PasswordField
        autoFocus
        label="Current password"
        name="current"
        error={messageOf(problem, 'InvalidCredentialsError')}
      />
      <PasswordField
        label="New password"
        name="new"
        autoComplete="new-password"
        hint="At least 8 characters."
        error={messageOf(problem, 'WeakPasswordError')}
      />
      <p className="error" role="alert">
        {messageOf(
          problem,
          'RateLimitedError',
          'Unreachable',
          'SESSION_ENDED',
          'INTERNAL',
          'BAD_USER_INPUT',
        )}
      </p>
      <div className="form-buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" aria-disabled={busy}>
          {busy ? 'Changing…' : 'Change password'}
        </button>
      </div>
    </form>
  );
}
