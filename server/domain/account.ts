import { v7 as uuidv7 } from 'uuid';
import type { Accounts } from '../../schema/context.ts';
import { AlreadyLoggedInError, RequestError, UsernameTakenError } from '../../schema/errors.ts';
import type { Account } from '../../schema/model.ts';
import {
  accountsMatching,
  insertAccount,
  setPasswordHash,
  usernameAfter,
} from '../store/account.ts';
import { messagesReceived } from '../store/message.ts';
import { closeAccount } from '../store/removal.ts';
import { deleteSessionsOf, leasedElsewhere } from '../store/session.ts';
import { inTransaction } from '../store/transaction.ts';
import { type AsOwner, recheckCredentials } from './credentials.ts';
import { mailboxAsOf } from './mailbox.ts';
import { hashPassword } from './password.ts';
import { checkPassword } from './password-rules.ts';
import { rateLimit, take } from './rate-limit.ts';
import type { Removal } from './removal.ts';
import { type Services, sessionsChanged } from './services.ts';
import { beginSession } from './session.ts';
import { fold, newUsername } from './username.ts';

const HOUR = 60 * 60;
/** No username is longer than 32; with wildcards between, a longer term still says nothing more. */
const MAX_TERM = 64;
/**
 * Usernames that are compared with a term in one step: five milliseconds on SQLite with the worst
 * term.
 */
const SEARCHED_AT_A_TIME = 10_000;

export function accounts(services: Services, asOwner: AsOwner, removal: Removal): Accounts {
  const { store, bell, clock, limits } = services;
  const creations = rateLimit(limits.maxNewAccountsPerHour, HOUR);
  return {
    async create({ address }, { username, password }) {
      const name = newUsername(username);
      checkPassword(password, name);
      const [creation] = take(clock(), [creations, address]);
      const passwordHash = await hashPassword(password).catch((error) => {
        if (creation) creations.takeBack(creation);
        throw error;
      });
      const account = { id: uuidv7(), username: name, passwordHash, createdAt: clock() };
      if (!(await insertAccount(store.db, account))) throw new UsernameTakenError();
      return {
        id: account.id,
        username: name,
        createdAt: new Date(account.createdAt),
        online: false,
      };
    },

    async matching(term, { after, limit }) {
      if (term.length > MAX_TERM) {
        throw new RequestError(
          'BAD_USER_INPUT',
          `\`matching\` has at most ${MAX_TERM} characters.`,
        );
      }
      const folded = fold(term);
      return folded === undefined ? [] : search(services, folded, after, limit);
    },

    async changePassword(caller, viewer, { currentPassword, newPassword }) {
      const credentials = { username: viewer.account.username, password: currentPassword };
      return asOwner(caller, credentials, async (account) => {
        checkPassword(newPassword, account.username);
        const passwordHash = await hashPassword(newPassword);
        const session = await inTransaction(store.db, async (tx) => {
          await recheckCredentials(tx, account, clock());
          await setPasswordHash(tx, account.id, passwordHash);
          await deleteSessionsOf(tx, account.id);
          return beginSession(tx, account.id, clock());
        });
        sessionsChanged(bell, account.id);
        return { token: session.token, account };
      });
    },

    async delete(caller, credentials) {
      return asOwner(caller, credentials, async (account) => {
        const { id, username } = account;
        const handedOver = await inTransaction(store.db, async (tx) => {
          const now = clock();
          const row = await recheckCredentials(tx, account, now);
          if (await leasedElsewhere(tx, id, caller.viewer?.sessionId, now))
            throw new AlreadyLoggedInError();
          const { deliveredThrough: after, pendingCount } = mailboxAsOf(row);
          const undelivered = await messagesReceived(
            tx,
            id,
            { after, limit: limits.maxUndelivered },
            now,
          );
          await closeAccount(tx, id, now);
          return { undelivered, undeliveredCount: pendingCount };
        });
        sessionsChanged(bell, id);
        removal.run();
        return { username, ...handedOver };
      });
    },
  };
}

/**
 * Reads usernames in order and part by part, until enough of them match a folded term or none are
 * left.
 */
async function search(
  { store, clock, longWork }: Services,
  term: string,
  after: string | null,
  limit: number,
) {
  const found: Account[] = [];
  const prefix = /[*?]/.test(term) ? term.replace(/[*?].*/, '') : '';
  let searchedThrough = [after ?? '', justBefore(prefix)].toSorted().at(-1) ?? '';
  await longWork(async () => {
    const end = await usernameAfter(store.db, searchedThrough, SEARCHED_AT_A_TIME);
    const wanted = limit - found.length;
    found.push(
      ...(await accountsMatching(
        store.db,
        likePattern(term),
        searchedThrough,
        wanted,
        clock(),
        end,
      )),
    );
    if (end === null || !end.startsWith(prefix) || found.length === limit) return false;
    searchedThrough = end;
    return true;
  });
  return found;
}

/**
 * Sorts before all usernames that begin with this, and after those that come earlier: none has a
 * `\x7f`.
 */
const justBefore = (prefix: string): string =>
  prefix &&
  `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1)}\x7f`;

/**
 * A folded term as an SQL pattern with `\` as its escape: a part of the name, or with wildcards the
 * whole of it.
 */
function likePattern(term: string): string {
  const literal = term.replaceAll('_', '\\_');
  return /[*?]/.test(term) ? literal.replaceAll('*', '%').replaceAll('?', '_') : `%${literal}%`;
}
