import type { Presence } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import type { Account, Viewer } from '../../schema/model.ts';
import { follow, type Source } from '../live/follow.ts';
import { idsOf } from '../store/account.ts';
import { type Block, blocksAmong } from '../store/block.ts';
import { isOutage } from '../store/errors.ts';
import { accountsWithLease, onlineAmong } from '../store/presence.ts';
import type { ConnectedSessions } from './connected.ts';
import { readTogether } from './read-together.ts';
import { type Services, topic } from './services.ts';
import { fold } from './username.ts';

export const presence = (services: Services, connected: ConnectedSessions): Presence => ({
  online: onlineTogether(services),
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
    return follow(presenceOf(services, viewer.account.id, ids), connected.attend(viewer));
  },
});

const onlineTogether = ({ store, clock }: Services) => {
  const read = readTogether(async (all: readonly Block[]) => {
    const ids = all.map(({ accountId }) => accountId);
    const online = await onlineAmong(store.db, ids, clock());
    // Most block nobody: then nothing more is read.
    const possible = all.filter(({ accountId }) => (online.get(accountId) ?? 0) > 0);
    const isBlocked = await blocksAmong(store.db, possible);
    return all.map((each) => online.has(each.accountId) && !isBlocked(each));
  });
  return (viewer: Viewer, { id }: Account) => read({ accountId: id, blockedId: viewer.account.id });
};

/**
 * The presence of accounts, as another sees them: first of each, then of those that come online or
 * go offline. Those that block the other stay offline.
 */
function presenceOf(
  { store, bell, clock }: Services,
  viewerId: string,
  ids: readonly string[],
): Source<Account> {
  const seen = new Map<string, Account & { readonly online: boolean }>();
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
      const stored = await accountsWithLease(store.db, ids, now);
      const blockOf = (account: Account) => ({ accountId: account.id, blockedId: viewerId });
      const possible = stored.filter(({ blockCount }) => blockCount > 0);
      const isBlocked = await blocksAmong(store.db, possible.map(blockOf));
      const accounts = stored.map((account) =>
        isBlocked(blockOf(account)) ? { ...account, online: false } : account,
      );
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
function deletedAmong(seen: ReadonlyMap<string, Account>, found: readonly Account[]) {
  const ids = new Set(found.map(({ id }) => id));
  return [...seen.values()]
    .filter(({ id }) => !ids.has(id))
    .map((account) => ({ ...account, online: false }));
}
