import type { Client } from '@urql/core';
import { BlockAccount, BlockedAccounts, UnblockAccount } from '../../core/documents/block.ts';
import { dataOf, fieldOf } from '../../core/errors.ts';
import { PAGE_SIZE, pages } from '../../core/pagination.ts';
import type { Account } from './account.ts';
import { type Problem, refusalIn } from './problem.ts';
import { createStore, type Readable } from './store.ts';

/** The accounts that the viewer blocks, by id: those that the page has asked about. */
export interface Blocks extends Readable<ReadonlySet<string>> {
  /** Takes over what the server says of an account. */
  set(id: string, blocked: boolean): void;
  /** Blocks an account, or unblocks it. Resolves with the problem, or with undefined on success. */
  change(id: string, blocked: boolean): Promise<Problem | undefined>;
  /** Fetches all blocked accounts, the last blocked first. */
  fetch(): Promise<readonly Account[]>;
}

export function openBlocks(client: Client): Blocks {
  const store = createStore<ReadonlySet<string>>(new Set());

  function set(id: string, blocked: boolean): void {
    if (store.get().has(id) === blocked) return;
    const others = [...store.get()].filter((each) => each !== id);
    store.set(new Set(blocked ? [...others, id] : others));
  }

  async function request(account: string, blocked: boolean): Promise<Problem | undefined> {
    const input = { account };
    return blocked
      ? refusalIn((await dataOf(client.mutation(BlockAccount, { input }))).blockAccount)
      : refusalIn((await dataOf(client.mutation(UnblockAccount, { input }))).unblockAccount);
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    set,
    async change(id, blocked) {
      const problem = await request(id, blocked);
      if (!problem) set(id, blocked);
      return problem;
    },
    async fetch() {
      const read = (after: string | null) =>
        fieldOf(client.query(BlockedAccounts, { first: PAGE_SIZE, after }), 'blockedAccounts');
      const accounts: Account[] = [];
      for await (const page of pages(read)) accounts.push(...page);
      store.set(new Set(accounts.map(({ id }) => id)));
      return accounts;
    },
  };
}
