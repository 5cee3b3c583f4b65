import type { ReactNode } from 'react';
import './Card.css';

/** A page that shows one card in its middle. */
export const Card = ({ children }: { children: ReactNode }) => (
  <main className="card-page">
    <title>Parley</title>
    <div className="card">{children}</div>
  </main>
);
