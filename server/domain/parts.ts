import type { Limits } from '../../schema/model.ts';
import type { Doorbell } from '../live/doorbell.ts';
import type { Store } from '../store/open.ts';

/** What every rule may use; `server/app.ts` puts it together. */
export interface Parts {
  readonly store: Store;
  readonly bell: Doorbell;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly limits: Limits;
  /** Told of a fault in work that nobody waits for. */
  readonly onFault: (fault: unknown) => void;
}

/** The bell's topics. A ring says: look at the mailbox, or at which sessions are left, of this account. */
export const topic = {
  mailbox: (accountId: string) => `mailbox ${accountId}`,
  sessions: (accountId: string) => `sessions ${accountId}`,
};
