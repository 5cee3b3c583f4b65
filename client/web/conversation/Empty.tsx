import { Logo } from '../ui/icons.tsx';
import './Empty.css';

/** Shown while no conversation is open. */
export const Empty = () => (
  <main className="empty">
    <Logo />
    <h2>Pick a conversation</h2>
    <p>Or search for someone to message.</p>
  </main>
);
