import type pg from 'pg';
import { UnavailableError } from './errors.ts';

/** Refuses changes while commits wait for a synchronous standby that is away. */
export interface StandbyCheck {
  /** Notes that a statement failed or had no answer: its commit may be one that waits. */
  suspect(): void;
  /** Checks, if there is a suspicion, before a change. @throws {UnavailableError} if commits wait. */
  beforeChange(client: pg.ClientBase): Promise<void>;
}

/** Whether a commit has waited for a standby for so long that none can be there. */
const WAITING = `select 1 from pg_stat_activity
  where wait_event = 'SyncRep' and query_start < now() - interval '3 seconds' limit 1`;

/**
 * Such a wait ends with the standby's return alone: no timeout applies to it, PostgreSQL does not
 * notice that the client has left, and to cancel it would show what no standby has. Each change that
 * is begun meanwhile would leave another connection in PostgreSQL, until there are no more for anyone.
 */
export function standbyCheck(): StandbyCheck {
  let isSuspected = false;
  return {
    suspect() {
      isSuspected = true;
    },
    async beforeChange(client) {
      if (!isSuspected) return;
      const { rows } = await client.query(WAITING);
      if (rows.length > 0)
        throw new UnavailableError(new Error('Commits wait for a synchronous standby.'));
      isSuspected = false;
    },
  };
}
