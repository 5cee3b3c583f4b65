import { useState } from 'react';
import { useClient } from 'urql';
import { overHttp } from '../../core/connection.ts';
import { Login as LoginMutation } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { messageOf, refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField, UsernameField } from '../ui/Field.tsx';
import { useSubmit } from '../ui/useSubmit.ts';
import './Login.css';

/** Logs in; while another client is online, it asks what is to become of that. */
export function Login({ onEntered }: { onEntered: (session: Session) => void }) {
  const client = useClient();
  const [elsewhere, setElsewhere] = useState(false);
  const { onSubmit, problem, busy } = useSubmit(async (field) => {
    const ifOnline = (field('ifOnline') || 'REFUSE') as 'REFUSE' | 'REPLACE' | 'JOIN';
    const input = { username: field('username'), password: field('password'), ifOnline };
    const { login } = await dataOf(client.mutation(LoginMutation, { input }, overHttp));
    setElsewhere(login.__typename === 'AlreadyLoggedInError');
    if (login.__typename === 'LoginSuccess') onEntered({ ...login.account, token: login.token });
    return refusalIn(login);
  });
  return (
    <form
      className="form"
      onSubmit={onSubmit}
      onInput={() => setElsewhere(false)}
      aria-label="Log in"
    >
      <UsernameField autoFocus />
      <PasswordField error={messageOf(problem, 'InvalidCredentialsError')} />
      <p className="error" role="alert">
        {messageOf(
          problem,
          'RateLimitedError',
          'Unreachable',
          'AlreadyLoggedInError',
          'INTERNAL',
          'BAD_USER_INPUT',
        )}
      </p>
      {elsewhere ? (
        <fieldset className="login-choice" disabled={busy}>
          <legend>What is to become of it?</legend>
          <button type="submit" name="ifOnline" value="JOIN" className="primary">
            Join
            <small>Both stay logged in</small>
          </button>
          <button type="submit" name="ifOnline" value="REPLACE">
            Take over
            <small>The other is logged out</small>
          </button>
        </fieldset>
      ) : (
        <button type="submit" className="primary" aria-disabled={busy}>
          {busy ? 'Logging in…' : 'Log in'}
        </button>
      )}
    </form>
  );
}
