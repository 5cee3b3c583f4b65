import { useState } from 'react';
import { Provider } from 'urql';
import { connect } from '../../core/connection.ts';
import { serverUrl } from '../state/home.ts';
import type { Session } from '../state/session.ts';
import type { SafeStorage } from '../state/storage.ts';
import { Card } from '../ui/Card.tsx';
import { ThemeSwitch } from '../ui/ThemeSwitch.tsx';
import { CreateAccount } from './CreateAccount.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { Introduction } from './Introduction.tsx';
import { Login } from './Login.tsx';
import type { DeletedAccount } from './UndeliveredMessages.tsx';
import './SignIn.css';

interface SignInProps {
  readonly storage: SafeStorage;
  /** The last session, if it ended unexpectedly. */
  readonly ended: Session | undefined;
  readonly onLoggedIn: (session: Session) => void;
  readonly onDeleted: (account: DeletedAccount) => void;
}

const TABS = [
  ['login', 'Log in'],
  ['create', 'Create account'],
] as const;

/** The screen without a session: log in, create an account, or delete one. */
export function SignIn({ storage, ended, onLoggedIn, onDeleted }: SignInProps) {
  const [{ client }] = useState(() => connect({ url: serverUrl() }));
  const [form, setForm] = useState<'login' | 'create' | 'delete'>('login');
  return (
    <Provider value={client}>
      <Card
        header={<Introduction />}
        footer={
          <Footer
            storage={storage}
            onDelete={form === 'delete' ? undefined : () => setForm('delete')}
          />
        }
      >
        {ended && (
          <p className="notice" role="status">
            Your session has ended. Log in again.
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
        {form === 'login' && <Login username={ended?.username} onLoggedIn={onLoggedIn} />}
        {form === 'create' && <CreateAccount onLoggedIn={onLoggedIn} />}
        {form === 'delete' && (
          <DeleteAccount onDeleted={onDeleted} onCancel={() => setForm('login')}>
            <p>You'll see any undelivered messages once more.</p>
          </DeleteAccount>
        )}
      </Card>
    </Provider>
  );
}

interface FooterProps {
  readonly storage: SafeStorage;
  readonly onDelete: (() => void) | undefined;
}

function Footer({ storage, onDelete }: FooterProps) {
  return (
    <footer className="sign-in-footer">
      <ThemeSwitch storage={storage} />
      <a href="schema.graphql">API schema</a>
      {onDelete && (
        <button type="button" className="link" onClick={onDelete}>
          Delete an account
        </button>
      )}
    </footer>
  );
}
