import { hash } from 'node:crypto';
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
import type { Services } from './services.ts';
import { usernameOf } from './username.ts';

/**
 * Runs `act` for the owner of an account, after checking its password. Wrong guesses are limited.
 *
 * `act` must begin its transaction with `recheckCredentials`. It may run twice, so it must have no
 * other effects than in that transaction. @throws {InvalidCredentialsError} or {RateLimitedError}
 */
export type AsOwner = <Result>(
  caller: Caller,
  credentials: Credentials,
  act: (account: AccountRow) => Promise<Result>,
) => Promise<Result>;

const DISABLED = 'This account is disabled. Ask the operator of this server to enable it.';

/** The stored hash has changed since the password was checked. */
class HashReplaced extends Error {}

export function ownership({ store, clock, limits, passwords, onFault }: Services): AsOwner {
  const guesses = guessLimits(limits);

  async function checkCredentials(
    { address, viewer }: Caller,
    { username: typed, password }: Credentials,
  ) {
    const username = usernameOf(typed);
    if (username === undefined) throw new InvalidCredentialsError();
    const [account, known] = await Promise.all([
      accountByUsername(store.db, username),
      hasLoggedInFrom(store.db, username, addressHash(username, address)),
    ]);
    const hasSession = viewer?.account.username === username;
    const standing = known ? 'known' : hasSession ? 'session' : 'stranger';
    const guess = guesses.begin({ address, username, standing }, clock());
    const verdict = await passwords.verify(password, account?.passwordHash).catch((error) => {
      guess.untried();
      throw error;
    });
    if (!account || verdict === 'wrong') throw new InvalidCredentialsError();
    guess.right();
    return { account, isOutdated: verdict === 'outdated' };
  }

  /** Renews a hash, unless the password has changed. The next login tries again. */
  async function renewHash({ id, passwordHash }: AccountRow, password: string): Promise<void> {
    try {
      await replacePasswordHash(store.db, id, passwordHash, await passwords.hash(password));
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
        // Another login renewed the hash, or the password changed: check again.
        if (!(error instanceof HashReplaced)) throw error;
      }
    }
  };
}

/**
 * Reads and locks the account in a transaction. Since its password was checked, it may have been
 * deleted, or disabled, or its password changed.
 *
 * @throws {InvalidCredentialsError} if it was deleted or is disabled. Clients know this refusal of
 * every request that a password allows, and show its message, which only the owner of the right
 * password gets. A type of its own would be one more member of three unions, which clients in the
 * field do not expect.
 */
export async function recheckCredentials(
  tx: Transaction<Tables>,
  checked: AccountRow,
): Promise<AccountRow> {
  const account = await accountForUpdate(tx, checked.id);
  if (!account) throw new InvalidCredentialsError();
  if (account.passwordHash !== checked.passwordHash) throw new HashReplaced();
  if (account.disabledAt !== null) throw new InvalidCredentialsError(DISABLED);
  return account;
}

/**
 * Hashes an address that has logged in to an account, differently for each account. It hides
 * addresses from readers of the database, not from attackers, who can try all addresses.
 */
export const addressHash = (username: string, address: string): string =>
  hash('sha256', `${username} ${address}`, 'base64url');
