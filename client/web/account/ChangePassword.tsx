import { useClient } from 'urql';
import { overHttpAs } from '../../core/connection.ts';
import { ChangePassword as ChangePasswordMutation } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField } from '../ui/Field.tsx';
import { Form, FormButtons } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

interface ChangePasswordProps {
  readonly session: Session;
  readonly onEnding: (ending: boolean) => void;
  readonly onChanged: (token: string) => void;
  readonly onCancel: () => void;
}

/** Changes the password. The server ends every session and starts a new one for this browser. */
export function ChangePassword({ session, onEnding, onChanged, onCancel }: ChangePasswordProps) {
  const client = useClient();
  const submission = useSubmit({
    async action(fieldValue) {
      const input = { currentPassword: fieldValue('current'), newPassword: fieldValue('new') };
      const { changePassword } = await dataOf(
        client.mutation(ChangePasswordMutation, { input }, overHttpAs(session.token)),
      );
      if (changePassword.__typename === 'ChangePasswordSuccess') onChanged(changePassword.token);
      return refusalIn(changePassword);
    },
    fieldCodes: { current: ['InvalidCredentialsError'], new: ['WeakPasswordError'] },
    onBusy: onEnding,
  });
  return (
    <Form
      label="Change password"
      submission={submission}
      buttons={
        <FormButtons onCancel={onCancel}>
          <button type="submit" className="primary" aria-disabled={submission.busy}>
            {submission.busy ? 'Changing…' : 'Change password'}
          </button>
        </FormButtons>
      }
    >
      <p>You'll be logged out everywhere else.</p>
      <input type="hidden" name="username" autoComplete="username" value={session.username} />
      <PasswordField
        autoFocus
        label="Current password"
        name="current"
        error={submission.errorOf('current')}
      />
      <PasswordField
        label="New password"
        name="new"
        autoComplete="new-password"
        hint="At least 8 characters."
        error={submission.errorOf('new')}
      />
    </Form>
  );
}
