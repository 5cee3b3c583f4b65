import type { Limits } from '../../schema/limits.ts';
import type { Doorbell } from '../live/doorbell.ts';
import type { Store } from '../store/open.ts';
import type { CommitTrace } from './commit-trace.ts';
import type { LongWork } from './long-work.ts';
import type { Meter } from './meter.ts';
import type { PasswordHasher } from './password.ts';

/** The services that every rule may use. `server/app.ts` makes them. */
export interface Services {
  readonly store: Store;
  readonly bell: Doorbell;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly limits: Limits;
  readonly passwords: PasswordHasher;
  readonly longWork: LongWork;
  readonly meter: Meter;
  /** Undefined unless operations are traced. */
  readonly commitTrace?: CommitTrace | undefined;
  /** Called with a fault in background work. */
  readonly onFault: (fault: unknown) => void;
}

/** The doorbell's topic for all typing; the key says who types to whom. */
export const TYPING = 'typing';

/** The doorbell's topics: what may have changed for an account. */
export const topic = {
  /** The messages it has received. */
  mailbox: (accountId: string) => `mailbox ${accountId}`,
  /** The messages it has sent. */
  sent: (accountId: string) => `sent ${accountId}`,
  /** The receipts of its messages; the key is the recipient's id. */
  receipts: (accountId: string) => `receipts ${accountId}`,
  /** Its sessions. */
  sessions: (accountId: string) => `sessions ${accountId}`,
  /** Whether it is online. */
  presence: (accountId: string) => `presence ${accountId}`,
  /** Who types to it, at this server alone; the key is the id of the other account. */
  typing: (accountId: string) => `typing ${accountId}`,
};
