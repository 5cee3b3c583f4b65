import { InvalidUsernameError } from '../../schema/errors.ts';

/**
 * A text without the white space around it. One pass however long the text is, which a search for
 * white space at its end would not be.
 */
const TRIMMED = /[^\s\u0085](?:.*[^\s\u0085])?/su;
/** UTF-16 units of the longest text that can fold to something: 64 characters of two units each. */
const MAX_TYPED = 128;
/** What usernames and ids consist of, and the wildcards of a search. */
const FOLDED = /^[a-z0-9._*?-]*$/;
const USERNAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/**
 * The one form of a username, of a part of one, or of an account's id: no white space around it,
 * NFKC, lower case. So white space, compatibility characters and capitals make no second account.
 * Undefined when no username has such a part: what a client makes up goes no further than this.
 */
export function fold(typed: string): string | undefined {
  const trimmed = TRIMMED.exec(typed)?.[0] ?? '';
  if (trimmed.length > MAX_TYPED) return undefined;
  const folded = trimmed.normalize('NFKC').toLowerCase();
  return FOLDED.test(folded) ? folded : undefined;
}

/** The username that a text stands for; undefined when no account can have it. */
export function usernameOf(typed: string): string | undefined {
  const folded = fold(typed);
  return folded !== undefined && USERNAME.test(folded) ? folded : undefined;
}

/** Folds a username for a new account. @throws {InvalidUsernameError} */
export function newUsername(typed: string): string {
  const username = usernameOf(typed);
  if (username === undefined) throw new InvalidUsernameError();
  return username;
}
