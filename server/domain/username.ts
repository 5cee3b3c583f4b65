import { InvalidUsernameError } from '../../schema/model.ts';

/** The one form of a name: compatibility characters (NFKC) and capitals make no second account. */
export const fold = (username: string): string => username.normalize('NFKC').toLowerCase();

/** Folds a name for a new account. @throws {InvalidUsernameError} */
export function newUsername(username: string): string {
  const name = fold(username);
  if (!/^[a-z0-9][a-z0-9._-]{0,31}$/.test(name)) throw new InvalidUsernameError();
  return name;
}
