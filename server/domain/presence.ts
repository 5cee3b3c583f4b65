import type { Presence } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import type { Account } from '../../schema/model.ts';
import { follow, type Source } from '../live/follow.ts';
import { idsOf } from '../store/account.ts';
import { isOutage } from '../store/errors.ts';
import { accountsWithLease } from '../store/presence.ts';
import type { ConnectedSessions } from './connected.ts';
import { type Services, topic } from './services.ts';
import { fold } from './username.ts';

export const presence = (services: Services, connected: ConnectedSessions): Presence => ({
  async changes(viewer, usernames) {
    const { store, limits } = services;
    const names = [...new Set(usernames.map(fold))].filter((name) => name !== undefined);
    if (names.length > limits.maxWatchedAccounts) {
      throw new RequestError(
        'LIMIT_EXCEEDED',
        `\`of\` must have at most ${limits.maxWatchedAccounts} usernames.`,
      );
    }
    const ids = await idsOf(store.db, names);
    return follow(presenceOf(services, ids), connected.attend(viewer));
  },
});

/** The presence of accounts: first of each, then of those that come online or go offline. */
function presenceOf({ store, bell, clock }: Services, ids: readonly string[]): Source<Account> {
  const seen = new Map<string, Account>();
  let nextExpiry: number | undefined;

  return {
    listen(heard) {
      const stops = ids.map((id) => bell.listen(topic.presence(id), heard));
      return () => {
        for (const stop of stops) stop();
      };
    },
    async read() {
      const now = clock();
      const accounts = await accountsWithLease(store.db, ids, now);
      nextExpiry = firstAfter(
        now,
        accounts.map(({ leaseUntil }) => leaseUntil),
      );
      const changed = [...accounts, ...deletedAmong(seen, accounts)].filter(
        ({ id, online }) => seen.get(id)?.online !== online,
      );
      for (const account of changed) seen.set(account.id, account);
      return changed;
    },
    isOutage,
    // Nothing rings when a lease runs out.
    dueIn: () => nextExpiry && nextExpiry - clock(),
  };
}

function firstAfter(now: number, moments: readonly number[]): number | undefined {
  const later = moments.filter((moment) => moment > now);
  return later.length > 0 ? Math.min(...later) : undefined;
}

/** Returns those seen before that the store no longer has, as offline. */
function deletedAmong(seen: ReadonlyMap<string, Account>, found: readonly Account[]): Account[] {
  const ids = new Set(found.map(({ id }) => id));
  return [...seen.values()]
    .filter(({ id }) => !ids.has(id))
    .map((account) => ({ ...account, online: false }));
}
