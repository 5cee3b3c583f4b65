import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Caller, Credentials } from '../../schema/context.ts';
import { InvalidCredentialsError, RateLimitedError } from '../../schema/errors.ts';
import {
  type AccountRow,
  accountByUsername,
  accountForUpdate,
  replacePasswordHash,
} from '../store/account.ts';
import { hasLoggedInFrom } from '../store/known-address.ts';
import type { Tables } from '../store/tables.ts';
import { guessLimits } from './guess-limits.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { Services } from './services.ts';
import { usernameOf } from './username.ts';

/**
 * Acts for the owner of an account, once the caller has shown its password. Wrong guesses are
 * counted and limited.
 *
 * `act` begins its transaction with `recheckCredentials`. It may run twice, and so has no effects
 * but those in that transaction. @throws {InvalidCredentialsError} or {RateLimitedError}
 */
export type AsOwner = <Result>(
  caller: Caller,
  credentials: Credentials,
  act: (account: AccountRow) => Promise<Result>,
) => Promise<Result>;

/** The hash in the store is not the one that the password was checked against. */
class HashReplaced extends Error {}

export function ownership({ store, clock, limits, onFault }: Services): AsOwner {
  const guesses = guessLimits(limits);

  async function checkCredentials(
    { address, viewer }: Caller,
    { username: typed, password }: Credentials,
  ) {
    const username = usernameOf(typed);
    if (username === undefined) throw new InvalidCredentialsError();
    const [account, known] = await Promise.all([
      accountByUsername(store.db, username, clock()),
      hasLoggedInFrom(store.db, username, addressHash(username, address)),
    ]);
    const standing = known
      ? 'known'
      : viewer?.account.username === username
        ? 'session'
        : 'stranger';
    const guess = guesses.begin({ address, username, standing }, clock());
    const verdict = await verifyPassword(password, account?.passwordHash).catch((error) => {
      guess.untried();
      throw error;
    });
    if (!account || verdict === 'wrong') throw new InvalidCredentialsError();
    guess.right();
    return { account, isOutdated: verdict === 'outdated' };
  }

  /** Renews a hash, unless the password has been changed. It is tried again at the next login. */
  async function renewHash({ id, passwordHash }: AccountRow, password: string): Promise<void> {
    try {
      await replacePasswordHash(store.db, id, passwordHash, await hashPassword(password));
    } catch (error) {
      if (!(error instanceof RateLimitedError)) onFault(error);
    }
  }

  return async (caller, credentials, act) => {
    for (;;) {
      const { account, isOutdated } = await checkCredentials(caller, credentials);
      try {
        const result = await act(account);
        if (isOutdated) await renewHash(account, credentials.password);
        return result;
      } catch (error) {
        // Another login has renewed it, or the password has been changed: the next check tells.
        if (!(error instanceof HashReplaced)) throw error;
      }
    }
  };
}

/**
 * The account as it is now, inside a transaction: since its password was checked, it may have been
 * deleted or its password changed. From here to the end of the transaction it stays as it is.
 */
export async function recheckCredentials(
  tx: Transaction<Tables>,
  checked: AccountRow,
  now: number,
): Promise<AccountRow> {
  const account = await accountForUpdate(tx, checked.id, now);
  if (!account) throw new InvalidCredentialsError();
  if (account.passwordHash !== checked.passwordHash) throw new HashReplaced();
  return account;
}

/**
 * What is kept of an address that has logged in to an account. It differs from account to account,
 * but whoever has the database can try all addresses: it hides them from readers, not from
 * attackers.
 */
export const addressHash = (username: string, address: string): string =>
  createHash('sha256').update(`${username} ${address}`).digest('base64url');
