import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type AccountRow, insertAccount, setDisabled, setPasswordHash } from '../store/account.ts';
import { newId } from '../store/id.ts';
import { setOneTimePassword } from '../store/one-time-password.ts';
import { closeAccount } from '../store/removal.ts';
import { deleteSession, deleteSessionsOf, sessionsOf } from '../store/session.ts';
import type { Tables } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { AdministrationError } from './administration-error.ts';
import type { AdministrationRecord } from './administration-record.ts';
import { ONE_TIME_HOURS } from './one-time-password.ts';
import { removal } from './removal.ts';
import type { Services } from './services.ts';
import { newUsername } from './username.ts';

/** A password that is good for one login before a moment, and then to choose another. */
export interface OneTimePassword {
  readonly username: string;
  readonly password: string;
  readonly loginUntil: number;
}

/** What an administrator may do to accounts and their sessions. */
export interface AccountAdministration {
  /** @throws {AdministrationError} when there is none. */
  account(username: string): Promise<AccountRow>;
  /**
   * Creates an account with a one-time password, which is returned and not kept, whether or not
   * registration is open.
   */
  create(username: string): Promise<OneTimePassword>;
  /** Deletes an account, and removes its rows in small steps. */
  delete(username: string): Promise<AccountRow>;
  /** Sets a one-time password, which is returned and not kept, and ends the account's sessions. */
  resetPassword(username: string): Promise<OneTimePassword>;
  /** Ends an account's sessions, and refuses its logins. What is sent to it is kept. */
  disable(username: string): Promise<AccountRow>;
  /** Accepts logins of a disabled account again. */
  enable(username: string): Promise<AccountRow>;
  /** Ends one session, or all. Returns the ids of those that have ended. */
  endSessions(username: string, sessionId?: string): Promise<string[]>;
}

const HOUR_MS = 60 * 60 * 1000;

export function accountAdministration(
  services: Services,
  { account, record, change }: AdministrationRecord,
): AccountAdministration {
  const { store, clock, passwords } = services;

  /** Makes a random password, its hash, and the end of the time for its login. */
  async function newPassword() {
    const password = randomBytes(15).toString('base64url');
    const passwordHash = await passwords.hash(password);
    return { password, passwordHash, loginUntil: clock() + ONE_TIME_HOURS * HOUR_MS };
  }

  return {
    account,

    async create(typed) {
      const username = newUsername(typed);
      const { password, passwordHash, loginUntil } = await newPassword();
      await inTransaction(store.db, async (tx) => {
        const row = { id: newId(), username, passwordHash, createdAt: clock() };
        if (!(await insertAccount(tx, row)))
          throw new AdministrationError(`There is an account ${username} already.`);
        await setOneTimePassword(tx, { accountId: row.id, passwordHash, loginUntil });
        await record(tx, 'accounts create', username);
      });
      return { username, password, loginUntil };
    },

    async delete(username) {
      const found = await account(username);
      await change(found, 'accounts delete', (tx) => closeAccount(tx, found.id, clock()));
      await using rest = removal(services);
      await rest.run();
      return found;
    },

    async resetPassword(username) {
      const found = await account(username);
      const { password, passwordHash, loginUntil } = await newPassword();
      await change(found, 'accounts reset-password', async (tx) => {
        await setPasswordHash(tx, found.id, passwordHash);
        await setOneTimePassword(tx, { accountId: found.id, passwordHash, loginUntil });
        await deleteSessionsOf(tx, found.id);
      });
      return { username: found.username, password, loginUntil };
    },

    async disable(username) {
      const found = await account(username);
      await change(found, 'accounts disable', async (tx) => {
        await setDisabled(tx, found.id, clock());
        await deleteSessionsOf(tx, found.id);
      });
      return found;
    },

    async enable(username) {
      const found = await account(username);
      await change(found, 'accounts enable', (tx) => setDisabled(tx, found.id, null));
      return found;
    },

    async endSessions(username, sessionId) {
      const found = await account(username);
      const end = async (tx: Transaction<Tables>) => {
        const ids = (await sessionsOf(tx, found.id)).map(({ id }) => id);
        if (sessionId === undefined) {
          await deleteSessionsOf(tx, found.id);
          return ids;
        }
        if (!ids.includes(sessionId))
          throw new AdministrationError(`${found.username} has no session ${sessionId}.`);
        await deleteSession(tx, sessionId);
        return [sessionId];
      };
      return change(found, 'sessions end', end, sessionId && ` ${sessionId}`);
    },
  };
}
