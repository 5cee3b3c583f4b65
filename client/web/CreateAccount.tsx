import { useClient } from 'urql';
import { dataOf } from '../core/answer.ts';
import { ONCE } from '../core/connect.ts';
import { CreateAccount as CreateAccountMutation, Login } from '../core/documents.ts';
import { PasswordField, UsernameField } from './Field.tsx';
import { messageOf, refusalIn } from './problem.ts';
import type { Session } from './session.ts';
import { useSubmit } from './useSubmit.ts';

/** Creates an account, and logs in with it. */
export function CreateAccount({ onEntered }: { onEntered: (session: Session) => void }) {
  const client = useClient();
  const { onSubmit, problem, busy } = useSubmit(async (field) => {
    const input = { username: field('username'), password: field('password') };
    const { createAccount } = await dataOf(client.mutation(CreateAccountMutation, { input }, ONCE));
    if (createAccount.__typename !== 'CreateAccountSuccess') return refusalIn(createAccount);
    const { login } = await dataOf(client.mutation(Login, { input }, ONCE));
    if (login.__typename === 'LoginSuccess') onEntered({ ...login.account, token: login.token });
    return refusalIn(login);
  });
  return (
    <form onSubmit={onSubmit} aria-label="Create account">
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
