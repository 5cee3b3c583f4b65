import type { Transaction } from 'kysely';
import { InvalidCredentialsError } from '../../schema/errors.ts';
import type { AccountRow } from '../store/account.ts';
import { markUsed, oneTimePasswordOf } from '../store/one-time-password.ts';
import type { Tables } from '../store/tables.ts';

/**
 * How long a one-time password waits for its login. An owner in another time zone gets it within a
 * day; one that was never used is soon worth nothing to a finder.
 */
export const ONE_TIME_HOURS = 24;

const ASK = 'Ask the operator of this server for another.';

/**
 * Uses up the password of an account that the transaction has locked, if it is good for one login.
 * A password that its owner has chosen stays as it is.
 *
 * @throws {InvalidCredentialsError} if the password has been used, or was not used in time. Only
 * someone who knows the password gets the message.
 */
export async function consumeOneTimePassword(
  tx: Transaction<Tables>,
  account: AccountRow,
  now: number,
): Promise<void> {
  const password = await oneTimePasswordOf(tx, account);
  if (!password) return;
  if (password.usedAt !== null)
    throw new InvalidCredentialsError(
      `This password was good for one login, and has been used. ${ASK}`,
    );
  if (now >= password.loginUntil)
    throw new InvalidCredentialsError(
      `This password had to be used within ${ONE_TIME_HOURS} hours. ${ASK}`,
    );
  await markUsed(tx, account.id, now);
}
