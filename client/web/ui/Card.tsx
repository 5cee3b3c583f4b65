import type { ReactNode } from 'react';
import './Card.css';

interface CardProps {
  readonly children: ReactNode;
  /** Stands before the card. */
  readonly header?: ReactNode;
  /** Stands below the card. */
  readonly footer?: ReactNode;
}

/** A page that shows one card. Its top stays where it is when its content changes. */
export const Card = ({ children, header, footer }: CardProps) => (
  <main className="card-page">
    <title>Parley</title>
    {header}
    <div className="card">{children}</div>
    {footer}
  </main>
);
