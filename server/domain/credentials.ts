import type { Transaction } from 'kysely';
import type { Caller, Credentials } from '../../schema/context.ts';
import { InvalidCredentialsError } from '../../schema/model.ts';
import { type AccountRow, accountForUpdate, accountNamed } from '../store/account.ts';
import type { Tables } from '../store/tables.ts';
import type { Parts } from './parts.ts';
import { passwordMatches } from './password.ts';
import { throttle } from './throttle.ts';
import { fold } from './username.ts';

const QUARTER_HOUR = 15 * 60;

/**
 * Proves by username and password that a caller may act for an account; wrong guesses are counted and limited.
 * @throws {InvalidCredentialsError} or {RateLimitedError}
 */
export type CredentialCheck = (caller: Caller, credentials: Credentials) => Promise<AccountRow>;

export function credentialCheck({ store, clock, limits }: Parts): CredentialCheck {
  const wrongGuesses = throttle(limits.maxLoginsPerQuarterHour, QUARTER_HOUR);
  return async ({ address }, { username, password }) => {
    const name = fold(username);
    const key = `${address} ${name}`;
    // Counted before it is known to be wrong, so that guesses at the same moment count like those one by one.
    await wrongGuesses.take(key);
    const account = await accountNamed(store.db, name, clock());
    const matches = await passwordMatches(password, account?.passwordHash).catch(async (error) => {
      await wrongGuesses.giveBack(key);
      throw error;
    });
    if (!account || !matches) throw new InvalidCredentialsError();
    await wrongGuesses.forget(key);
    return account;
  };
}

/**
 * The same account as it is now, inside a transaction: while the password was being checked, the account may
 * have been deleted or its password changed. From here to the end of the transaction it stays as it is. @throws {InvalidCredentialsError} if so.
 */
export async function stillProven(tx: Transaction<Tables>, proven: AccountRow, now: number): Promise<AccountRow> {
  const account = await accountForUpdate(tx, proven.id, now);
  if (account?.passwordHash !== proven.passwordHash) throw new InvalidCredentialsError();
  return account;
}
