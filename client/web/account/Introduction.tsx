import { ChecksIcon, ClockIcon, Logo, ReadIcon } from '../ui/icons.tsx';
import './Introduction.css';

/** Says what Parley is. A wide screen has room for an example. */
export const Introduction = () => (
  <header className="introduction">
    <Logo />
    <h1>Parley</h1>
    <p className="introduction-idea">One-to-one chat that loses no message.</p>
    <p>What you write while you are offline is sent when you are back.</p>
    <ol className="introduction-example" aria-hidden="true">
      <li>
        Written at the station <ReadIcon />
      </li>
      <li>
        Written just before the tunnel <ChecksIcon />
      </li>
      <li>
        Written in the tunnel <ClockIcon />
      </li>
    </ol>
  </header>
);
