import type { Presences } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import type { Account } from '../../schema/model.ts';
import { follow } from '../live/follow.ts';
import { accountsWithLease, idsOf } from '../store/account.ts';
import { isOutage } from '../store/errors.ts';
import { type ConnectedSessions, untilDisposed } from './lease.ts';
import { type Services, topic } from './services.ts';
import { fold } from './username.ts';

export function presence(
  { store, bell, clock, limits }: Services,
  connected: ConnectedSessions,
): Presences {
  return {
    async changes(viewer, usernames) {
      const names = [...new Set(usernames.map(fold))].filter((name) => name !== undefined);
      if (names.length > limits.maxWatchedAccounts) {
        throw new RequestError(
          'LIMIT_EXCEEDED',
          `\`of\` has at most ${limits.maxWatchedAccounts} usernames.`,
        );
      }
      const ids = await idsOf(store.db, names);
      const told = new Map<string, Account>();
      const attendance = connected.attend(viewer);
      let nextExpiry: number | undefined;

      return follow(
        {
          listen: untilDisposed(attendance, (heard: () => void) => {
            const stops = ids.map((id) => bell.listen(topic.presence(id), heard));
            return () => {
              for (const stop of stops) stop();
            };
          }),
          isOutage,
          async read() {
            const now = clock();
            const accounts = await accountsWithLease(store.db, ids, now);
            const expiries = accounts
              .map(({ leaseUntil }) => leaseUntil)
              .filter((end) => end > now);
            nextExpiry = expiries.length > 0 ? Math.min(...expiries) : undefined;
            const found = new Set(accounts.map(({ id }) => id));
            // Whoever is not found any more was deleted, and so has gone.
            const gone = [...told.values()]
              .filter(({ id }) => !found.has(id))
              .map((each) => ({ ...each, online: false }));
            const changed = [...accounts, ...gone].filter(
              ({ id, online }) => told.get(id)?.online !== online,
            );
            for (const account of changed) told.set(account.id, account);
            return changed;
          },
          // Nothing rings when a lease runs out.
          dueIn: () => nextExpiry && nextExpiry - clock(),
        },
        attendance.ended,
      );
    },
  };
}
