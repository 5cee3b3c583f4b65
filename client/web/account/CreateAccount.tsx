import { useClient } from 'urql';
import { overHttp } from '../../core/connection.ts';
import { CreateAccount as CreateAccountMutation } from '../../core/documents/account.ts';
import { Login } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { messageOf, refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField, UsernameField } from '../ui/Field.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

/** Creates an account, and logs in with it. */
export function CreateAccount({ onEntered }: { onEntered: (session: Session) => void }) {
  const client = useClient();
  const { onSubmit, problem, busy } = useSubmit(async (field) => {
    const input = { username: field('username'), password: field('password') };
    const { createAccount } = await dataOf(
      client.mutation(CreateAccountMutation, { input }, overHttp),
    );
    if (createAccount.__typename !== 'CreateAccountSuccess') return refusalIn(createAccount);
    const { login } = await dataOf(client.mutation(Login, { input }, overHttp));
    if (login.__typename === 'LoginSuccess') onEntered({ ...login.account, token: login.token });
    return refusalIn(login);
  });
  return (
    <form className="form" onSubmit={onSubmit} aria-label="Create account">
      <UsernameField
        autoFocus
        hint="Letters a to z, digits, dot, underscore and hyphen."
        error={messageOf(problem, 'InvalidUsernameError', 'UsernameTakenError')}
      />
      <PasswordField
        autoComplete="new-password"
        hint="At least 8 characters."
        error={messageOf(problem, 'WeakPasswordError')}
      />
      <p className="error" role="alert">
        {messageOf(problem, 'RateLimitedError', 'Unreachable', 'INTERNAL', 'BAD_USER_INPUT')}
      </p>
      <button type="submit" className="primary" aria-disabled={busy}>
        {busy ? 'Creating…' : 'Create account'}
      </button>
    </form>
  );
}
