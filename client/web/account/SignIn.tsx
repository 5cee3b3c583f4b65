import { useState } from 'react';
import { Provider } from 'urql';
import { connect } from '../../core/connection.ts';
import type { Session } from '../state/session.ts';
import { Logo } from '../ui/icons.tsx';
import { CreateAccount } from './CreateAccount.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { Login } from './Login.tsx';
import type { Undelivered0 } from './UndeliveredMessages.tsx';
import './SignIn.css';
import '../ui/Card.css';
import '../ui/Form.css';

interface SignInProps {
  /** Why one is outside. */
  readonly notice: string;
  readonly onEntered: (session: Session) => void;
  readonly onDeleted: (undelivered: Undelivered0) => void;
}

const WAYS = { login: 'Log in', create: 'Create account', delete: 'Delete account' };

/** What one sees without a session. */
export function SignIn({ notice, onEntered, onDeleted }: SignInProps) {
  const [{ client }] = useState(() => connect({ url: location.origin }));
  const [way, setWay] = useState<keyof typeof WAYS>('login');
  return (
    <Provider value={client}>
      <main className="card-page">
        <title>Parley</title>
        <div className="card">
          <header className="sign-in-header">
            <Logo />
            <h1>Parley</h1>
            <p>A chat in which nothing is lost.</p>
          </header>
          {notice && (
            <p className="notice" role="status">
              {notice}
            </p>
          )}
          <nav className="sign-in-tabs" aria-label="Ways in">
            {(['login', 'create'] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-current={way === each}
                onClick={() => setWay(each)}
              >
                {WAYS[each]}
              </button>
            ))}
          </nav>
          {way === 'login' && <Login onEntered={onEntered} />}
          {way === 'create' && <CreateAccount onEntered={onEntered} />}
          {way === 'delete' && (
            <DeleteAccount onDeleted={onDeleted} onCancel={() => setWay('login')}>
              <p>What was not delivered yet is shown to you once more.</p>
            </DeleteAccount>
          )}
          {way !== 'delete' && (
            <button type="button" className="link sign-in-delete" onClick={() => setWay('delete')}>
              Delete an account
            </button>
          )}
        </div>
      </main>
    </Provider>
  );
}
