import { useState } from 'react';
import { useClient } from 'urql';
import { overHttp } from '../../core/connection.ts';
import { Login as LoginMutation } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { refusalIn } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { PasswordField, UsernameField } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';
import './Login.css';

const IF_ONLINE = ['REFUSE', 'JOIN', 'REPLACE'] as const;

interface LoginProps {
  /** The username to begin with. */
  readonly username: string | undefined;
  readonly onLoggedIn: (session: Session) => void;
}

/** Logs in. While another client of the account is online, it asks whether that one may stay. */
export function Login({ username, onLoggedIn }: LoginProps) {
  const client = useClient();
  const [elsewhere, setElsewhere] = useState(false);
  const submission = useSubmit({
    async action(fieldValue) {
      const ifOnline = IF_ONLINE.find((each) => each === fieldValue('ifOnline')) ?? 'REFUSE';
      const input = {
        username: fieldValue('username'),
        password: fieldValue('password'),
        ifOnline,
      };
      const { login } = await dataOf(client.mutation(LoginMutation, { input }, overHttp));
      setElsewhere(login.__typename === 'AlreadyLoggedInError');
      if (login.__typename === 'LoginSuccess') onLoggedIn({ ...login.account, token: login.token });
      return refusalIn(login);
    },
    fieldCodes: { password: ['InvalidCredentialsError'] },
  });
  return (
    <Form
      label="Log in"
      submission={submission}
      error={elsewhere ? "You're already logged in somewhere else." : undefined}
      onInput={() => setElsewhere(false)}
      buttons={elsewhere ? <Elsewhere busy={submission.busy} /> : <LogIn busy={submission.busy} />}
    >
      <UsernameField autoFocus={username === undefined} defaultValue={username} />
      <PasswordField autoFocus={username !== undefined} error={submission.errorOf('password')} />
    </Form>
  );
}

const LogIn = ({ busy }: { busy: boolean }) => (
  <button type="submit" className="primary" aria-disabled={busy}>
    {busy ? 'Logging in…' : 'Log in'}
  </button>
);

const Elsewhere = ({ busy }: { busy: boolean }) => (
  <fieldset className="login-choice" disabled={busy} aria-label="The other client">
    <button type="submit" name="ifOnline" value="JOIN" className="primary">
      Stay logged in there
    </button>
    <button type="submit" name="ifOnline" value="REPLACE">
      Log out there
    </button>
  </fieldset>
);
