import type { Limits } from '../../schema/limits.ts';
import type { Doorbell } from '../live/doorbell.ts';
import type { Store } from '../store/open.ts';
import type { LongWork } from './long-work.ts';

/** What every rule may use; `server/app.ts` puts it together. */
export interface Services {
  readonly store: Store;
  readonly bell: Doorbell;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly limits: Limits;
  readonly longWork: LongWork;
  /** Told of a fault in work that nobody waits for. */
  readonly onFault: (fault: unknown) => void;
}

/** The bell's topics: a ring says to look at this of the account. */
export const topic = {
  /** What it has received. */
  mailbox: (accountId: string) => `mailbox ${accountId}`,
  /** What it has sent. */
  sent: (accountId: string) => `sent ${accountId}`,
  /** How far the recipient whose id is the key has got with what it sent. */
  receipts: (accountId: string) => `receipts ${accountId}`,
  /** Which of its sessions are left. */
  sessions: (accountId: string) => `sessions ${accountId}`,
  /** Whether it is online. */
  presence: (accountId: string) => `presence ${accountId}`,
};

/** Tells whoever depends on it that sessions of an account have begun or ended. */
export function sessionsChanged(bell: Doorbell, accountId: string): void {
  bell.ring(topic.sessions(accountId));
  bell.ring(topic.presence(accountId));
}
