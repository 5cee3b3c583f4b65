import type { Accounts } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import type { Account } from '../../schema/model.ts';
import { accountsMatching, usernameAfter } from '../store/account-search.ts';
import type { Services } from './services.ts';
import { fold } from './username.ts';

/** Twice as long as any username, to leave room for wildcards. */
const MAX_TERM = 64;
/** Usernames compared with a term in one step: 5 ms on SQLite with the worst term. */
const STEP = 10_000;

export const accountSearch =
  (services: Services): Accounts['matching'] =>
  async (term, { after, limit }) => {
    if (term.length > MAX_TERM) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `\`matching\` must have at most ${MAX_TERM} characters.`,
      );
    }
    const folded = fold(term);
    return folded === undefined ? [] : search(services, folded, after, limit);
  };

/** Reads usernames in order, step by step, until enough match or none are left. */
async function search(
  { store, longWork }: Services,
  term: string,
  after: string | null,
  limit: number,
): Promise<Account[]> {
  const found: Account[] = [];
  const pattern = likePattern(term);
  const prefix = /[*?]/.test(term) ? term.replace(/[*?].*/, '') : '';
  let searched = [after ?? '', justBefore(prefix)].toSorted().at(-1) ?? '';
  await longWork(async () => {
    const end = await usernameAfter(store.db, searched, STEP);
    const wanted = limit - found.length;
    const matches = await accountsMatching(store.db, pattern, searched, wanted, end);
    found.push(...matches);
    if (end === null || !end.startsWith(prefix) || found.length === limit) return false;
    searched = end;
    return true;
  });
  return found;
}

/**
 * Returns a text that sorts before all usernames with this prefix, and after the earlier ones: no
 * username contains `\x7f`.
 */
const justBefore = (prefix: string): string =>
  prefix &&
  `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1)}\x7f`;

/**
 * Returns a folded term as an SQL pattern with `\` as its escape. A term with wildcards matches the
 * whole username, another any part of it.
 */
function likePattern(term: string): string {
  const literal = term.replaceAll('_', '\\_');
  return /[*?]/.test(term) ? literal.replaceAll('*', '%').replaceAll('?', '_') : `%${literal}%`;
}
