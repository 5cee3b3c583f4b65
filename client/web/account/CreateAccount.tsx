import { useClient, useQuery } from 'urql';
import { overHttp } from '../../core/connection.ts';
import { CreateAccount as CreateAccountMutation } from '../../core/documents/account.ts';
import { Registration } from '../../core/documents/server.ts';
import { Login } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { Field, PasswordField, UsernameField } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

/** Creates an account and logs in to it. Asks for an invitation if the server does. */
export function CreateAccount({ onLoggedIn }: { onLoggedIn: (session: Session) => void }) {
  const client = useClient();
  const [{ data }] = useQuery({ query: Registration, context: overHttp });
  const needsInvitation = data?.server.registration === 'INVITE';
  const submission = useSubmit({
    async action(fieldValue) {
      const input = { username: fieldValue('username'), password: fieldValue('password') };
      const { createAccount } = await dataOf(
        client.mutation(
          CreateAccountMutation,
          {
            input: needsInvitation ? { ...input, invitationCode: fieldValue('invitation') } : input,
          },
          overHttp,
        ),
      );
      if (createAccount.__typename !== 'CreateAccountSuccess') return refusalIn(createAccount);
      const { login } = await dataOf(client.mutation(Login, { input }, overHttp));
      if (login.__typename === 'LoginSuccess') onLoggedIn({ ...login.account, token: login.token });
      return refusalIn(login);
    },
    fieldCodes: {
      username: ['InvalidUsernameError', 'UsernameTakenError'],
      password: ['WeakPasswordError'],
      ...(needsInvitation && { invitation: ['InvalidInvitationError'] }),
    },
  });
  return (
    <Form
      label="Create account"
      submission={submission}
      buttons={
        <button type="submit" className="primary" aria-disabled={submission.busy}>
          {submission.busy ? 'Creating…' : 'Create account'}
        </button>
      }
    >
      <UsernameField
        autoFocus
        hint="Letters a to z, digits, dots, hyphens, underscores."
        error={submission.errorOf('username')}
      />
      <PasswordField
        autoComplete="new-password"
        hint="At least 8 characters."
        error={submission.errorOf('password')}
      />
      {needsInvitation && (
        <Field
          label="Invitation code"
          name="invitation"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={submission.errorOf('invitation')}
        />
      )}
    </Form>
  );
}
