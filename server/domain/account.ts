import { v7 as uuidv7 } from 'uuid';
import type { Accounts } from '../../schema/context.ts';
import { type Account, AlreadyLoggedInError, RequestError, UsernameTakenError } from '../../schema/model.ts';
import { accountsLike, insertAccount, setPasswordHash, usernameAfter } from '../store/account.ts';
import { messagesReceived } from '../store/message.ts';
import { closeAccount } from '../store/removal.ts';
import { deleteSessionsOf, leasedElsewhere } from '../store/session.ts';
import { inTransaction } from '../store/transaction.ts';
import { type CredentialCheck, stillProven } from './credentials.ts';
import { mailboxAsOf } from './mailbox.ts';
import { type Parts, sessionsChanged } from './parts.ts';
import { checkPassword, hashPassword } from './password.ts';
import type { Removal } from './removal.ts';
import { beginSession } from './session.ts';
import { throttle } from './throttle.ts';
import { fold, newUsername } from './username.ts';

const HOUR = 60 * 60;
/** No username is longer than 32; with wildcards between, a longer term still says nothing more. */
const MAX_TERM = 64;
/** Usernames that are compared with a term in one step: five milliseconds on SQLite with the worst term. */
const SEARCHED_AT_A_TIME = 10_000;

export function accounts(parts: Parts, proven: CredentialCheck, removal: Removal): Accounts {
  const { store, bell, clock, limits } = parts;
  const creations = throttle(limits.maxNewAccountsPerHour, HOUR);
  return {
    async create({ address }, { username, password }) {
      const name = newUsername(username);
      checkPassword(password, name);
      await creations.take(address);
      const account = {
        id: uuidv7(),
        username: name,
        passwordHash: await hashPassword(password),
        createdAt: clock(),
      };
      if (!(await insertAccount(store.db, account))) throw new UsernameTakenError();
      return { id: account.id, username: name, createdAt: new Date(account.createdAt), online: false };
    },

    matching(term, { after, limit }) {
      if (term.length > MAX_TERM) {
        throw new RequestError('BAD_USER_INPUT', `\`matching\` has at most ${MAX_TERM} characters.`);
      }
      return search(parts, fold(term), after, limit);
    },

    async changePassword(caller, viewer, { currentPassword, newPassword }) {
      const account = await proven(caller, { username: viewer.account.username, password: currentPassword });
      checkPassword(newPassword, account.username);
      const passwordHash = await hashPassword(newPassword);
      const session = await inTransaction(store.db, async (tx) => {
        await stillProven(tx, account, clock());
        await setPasswordHash(tx, account.id, passwordHash);
        await deleteSessionsOf(tx, account.id);
        return beginSession(tx, account.id, clock());
      });
      sessionsChanged(bell, account.id);
      return { token: session.token, account };
    },

    async delete(caller, credentials) {
      const account = await proven(caller, credentials);
      const handedOver = await inTransaction(store.db, async (tx) => {
        const now = clock();
        const row = await stillProven(tx, account, now);
        if (await leasedElsewhere(tx, account.id, caller.viewer?.sessionId, now)) throw new AlreadyLoggedInError();
        const { deliveredThrough: after, pendingCount } = mailboxAsOf(row);
        const undelivered = await messagesReceived(tx, account.id, { after, limit: limits.maxUndelivered }, now);
        await closeAccount(tx, account.id, now);
        return { undelivered, undeliveredCount: pendingCount };
      });
      sessionsChanged(bell, account.id);
      removal.run();
      return { username: account.username, ...handedOver };
    },
  };
}

/** Reads usernames in order and part by part, until enough of them match a term or none are left. */
async function search({ store, clock, longWork }: Parts, term: string, after: string | null, limit: number) {
  // Any other character is in no username.
  if (!/^[a-z0-9._*?-]*$/.test(term)) return [];
  const found: Account[] = [];
  const prefix = /[*?]/.test(term) ? term.replace(/[*?].*/, '') : '';
  let searchedThrough = [after ?? '', justBefore(prefix)].toSorted().at(-1) ?? '';
  await longWork(async () => {
    const end = await usernameAfter(store.db, searchedThrough, SEARCHED_AT_A_TIME);
    const wanted = limit - found.length;
    found.push(...(await accountsLike(store.db, likePattern(term), searchedThrough, wanted, clock(), end)));
    if (end === null || !end.startsWith(prefix) || found.length === limit) return false;
    searchedThrough = end;
    return true;
  });
  return found;
}

/** Sorts before all usernames that begin with this, and after those that come earlier: none has a `\x7f`. */
const justBefore = (prefix: string): string =>
  prefix && `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1)}\x7f`;

/** The term as an SQL pattern with `\` as its escape: a part of the name, or with wildcards the whole of it. */
function likePattern(term: string): string {
  const literal = term.replaceAll('_', '\\_');
  return /[*?]/.test(term) ? literal.replaceAll('*', '%').replaceAll('?', '_') : `%${literal}%`;
}
