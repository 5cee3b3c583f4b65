import { InvalidUsernameError } from '../../schema/errors.ts';

/**
 * Matches a text without the white space around it, in one pass: a regular expression for trailing
 * white space would take quadratic time.
 */
const TRIMMED = /[^\s\u0085](?:.*[^\s\u0085])?/su;
/** The most UTF-16 units in a text that folds: 64 characters of two units each. */
const MAX_TYPED = 128;
/** The characters of usernames and ids, and the wildcards of a search. */
const FOLDED = /^[a-z0-9._*?-]*$/;
const USERNAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/**
 * Returns the canonical form of a username, a part of one, or an account's id: trimmed, NFKC, lower
 * case. Undefined if no username can contain it.
 */
export function fold(typed: string): string | undefined {
  // What clients send is usually in this form already.
  if (typed.length <= MAX_TYPED && FOLDED.test(typed)) return typed;
  const trimmed = TRIMMED.exec(typed)?.[0] ?? '';
  if (trimmed.length > MAX_TYPED) return undefined;
  const folded = trimmed.normalize('NFKC').toLowerCase();
  return FOLDED.test(folded) ? folded : undefined;
}

/** An account's id. It is longer than any username. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a folded text is the id of an account, and so no username. */
export const isAccountId = (folded: string): boolean => ID.test(folded);

/** Returns the username that a text stands for; undefined if no account can have it. */
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
