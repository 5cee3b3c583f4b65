import { useState } from 'react';
import { Provider } from 'urql';
import { connect } from '../../core/connection.ts';
import type { Session } from '../state/session.ts';
import { Card } from '../ui/Card.tsx';
import { Logo } from '../ui/icons.tsx';
import { CreateAccount } from './CreateAccount.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { Login } from './Login.tsx';
import type { DeletedAccount } from './UndeliveredMessages.tsx';
import './SignIn.css';

interface SignInProps {
  /** Why the last session ended, if it ended unexpectedly. */
  readonly notice: string;
  readonly onLoggedIn: (session: Session) => void;
  readonly onDeleted: (account: DeletedAccount) => void;
}

const TABS = [
  ['login', 'Log in'],
  ['create', 'Create account'],
] as const;

/** The screen without a session: log in, create an account, or delete one. */
export function SignIn({ notice, onLoggedIn, onDeleted }: SignInProps) {
  const [{ client }] = useState(() => connect({ url: location.origin }));
  const [form, setForm] = useState<'login' | 'create' | 'delete'>('login');
  return (
    <Provider value={client}>
      <Card>
        <header className="sign-in-header">
          <Logo />
          <h1>Parley</h1>
          <p>Chat that loses nothing.</p>
        </header>
        {notice && (
          <p className="notice" role="status">
            {notice}
          </p>
        )}
        <nav className="sign-in-tabs" aria-label="Log in or sign up">
          {TABS.map(([tab, label]) => (
            <button
              key={tab}
              type="button"
              aria-current={form === tab}
              onClick={() => setForm(tab)}
            >
              {label}
            </button>
          ))}
        </nav>
        {form === 'login' && <Login onLoggedIn={onLoggedIn} />}
        {form === 'create' && <CreateAccount onLoggedIn={onLoggedIn} />}
        {form === 'delete' ? (
          <DeleteAccount onDeleted={onDeleted} onCancel={() => setForm('login')}>
            <p>You'll see any undelivered messages once more.</p>
          </DeleteAccount>
        ) : (
          <button type="button" className="link sign-in-delete" onClick={() => setForm('delete')}>
            Delete an account
          </button>
        )}
      </Card>
    </Provider>
  );
}
