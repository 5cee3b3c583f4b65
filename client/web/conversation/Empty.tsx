import { Logo } from '../ui/icons.tsx';
import './Empty.css';

/** What stands where a conversation will. */
export function Empty() {
  return (
    <main className="empty">
      <Logo />
      <h2>Whom do you want to write to?</h2>
      <p>Choose somebody on the left, or search for a username.</p>
    </main>
  );
}
