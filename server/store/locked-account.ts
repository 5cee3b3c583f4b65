import type { Account } from '../../schema/model.ts';
import { statementForRows } from './statement.ts';
import type { Db } from './tables.ts';

/** A locked account, whose counters advance within its transaction. */
export interface CountedAccount extends Account {
  /** At least the number of accounts that it blocks. With 0, a message needs no look-up. */
  readonly blockCount: number;
  readonly gapThrough: number;
  lastPosition: number;
  deliveredThrough: number;
  sentCount: number;
}

/** Accounts by id and by username. An id is no username: it is longer. */
export type AccountsByName = ReadonlyMap<string, CountedAccount>;

/** Accounts that a transaction has locked, and those that another one holds. */
export interface LockedAccounts {
  readonly accounts: AccountsByName;
  readonly heldElsewhere: AccountsByName;
}

/**
 * Reads accounts, each by its id or its folded username, and locks them until the transaction ends.
 * Waits only for the account `waitFor`. So no two transactions wait for each other, and a locked
 * account holds up no other.
 */
export async function lockAccounts(
  tx: Db,
  names: Iterable<string>,
  waitFor?: string,
): Promise<LockedAccounts> {
  if (waitFor !== undefined) await lockOrWait(tx, [{ name: waitFor }]);
  const wanted = [...new Set(names)].map((name) => ({ name }));
  const accounts = byName(await lockOrSkip(tx, wanted));
  const missing = wanted.filter(({ name }) => !accounts.has(name));
  return { accounts, heldElsewhere: byName(await readByName(tx, missing)) };
}

type CountedRow = Omit<CountedAccount, 'createdAt'> & { readonly createdAt: number };

function byName(rows: readonly CountedRow[]): AccountsByName {
  const accounts = new Map<string, CountedAccount>();
  for (const row of rows) {
    // An account may have been found by both its names.
    if (accounts.has(row.id)) continue;
    const account = countedAccount(row);
    accounts.set(account.id, account).set(account.username, account);
  }
  return accounts;
}

/** Makes an account of a row. Property by property: to spread a row of SQLite takes much longer. */
const countedAccount = (row: CountedRow): CountedAccount => ({
  id: row.id,
  username: row.username,
  createdAt: new Date(row.createdAt),
  blockCount: row.blockCount,
  gapThrough: row.gapThrough,
  lastPosition: row.lastPosition,
  deliveredThrough: row.deliveredThrough,
  sentCount: row.sentCount,
});

/** Makes a statement that reads accounts by name, and locks their rows in this way. */
const accountsByName = (lockClause: string) =>
  statementForRows<{ name: string }, CountedRow>(
    { name: 'text' },
    ({ equalsAny, lock }) => `
      select id, username, created_at as "createdAt", last_position as "lastPosition",
        delivered_through as "deliveredThrough", gap_through as "gapThrough",
        sent_count as "sentCount", block_count as "blockCount"
      from account
      where (${equalsAny('id')} or ${equalsAny('username')}) and closed_at is null
      ${lock(lockClause)}`,
  );

const lockOrWait = accountsByName('for no key update');
const lockOrSkip = accountsByName('for no key update skip locked');
const readByName = accountsByName('');

/** Writes the counters of accounts that are locked. */
export const writeCounters = statementForRows<
  Pick<CountedAccount, 'id' | 'lastPosition' | 'deliveredThrough' | 'sentCount'>
>(
  { id: 'text', lastPosition: 'integer', deliveredThrough: 'integer', sentCount: 'integer' },
  ({ from, row }) => `
    update account set last_position = ${row.lastPosition},
      delivered_through = ${row.deliveredThrough}, sent_count = ${row.sentCount}
    ${from} where account.id = ${row.id}`,
);
