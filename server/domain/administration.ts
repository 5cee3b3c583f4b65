import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import {
  type AccountRow,
  accountForUpdate,
  insertAccount,
  setDisabled,
  setPasswordHash,
} from '../store/account.ts';
import { insertAdminEvent } from '../store/admin-event.ts';
import { newId } from '../store/id.ts';
import { deleteInvitation, insertInvitation } from '../store/invitation.ts';
import { setOneTimePassword } from '../store/one-time-password.ts';
import { participantNamed } from '../store/participant.ts';
import { purgeSome } from '../store/purge.ts';
import { closeAccount } from '../store/removal.ts';
import { deleteSession, deleteSessionsOf, sessionsOf } from '../store/session.ts';
import type { Tables } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { accountNamed } from './account-named.ts';
import { invitationHash, newInvitationCode } from './invitation.ts';
import { type NoticeCounts, noticeKey, sendNotice } from './notice.ts';
import { ONE_TIME_HOURS } from './one-time-password.ts';
import { removal } from './removal.ts';
import { checkedText } from './send.ts';
import { type Services, topic } from './services.ts';
import { fold, newUsername } from './username.ts';

/** An administrator's request cannot be carried out. The message is one sentence. */
export class AdministrationError extends Error {}

/** A password that is good for one login before a moment, and then to choose another. */
export interface OneTimePassword {
  readonly username: string;
  readonly password: string;
  readonly loginUntil: number;
}

/** What an administrator may do to accounts, without their passwords. Each deed is recorded. */
export interface Administration {
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
  /** Creates an invitation to create `uses` accounts. Its code is returned and not kept. */
  invite(uses: number, days: number): Promise<{ id: string; code: string; expiresAt: number }>;
  /**
   * Sends a text to every account, from a given one. A repeat with the same name, which is the text
   * unless given, sends only to those who do not have it yet.
   */
  notice(sender: string, text: string, name?: string): Promise<NoticeCounts>;
  /**
   * Deletes all messages between two accounts, the pending ones too, in small steps. The other one
   * may be deleted already. Returns how many there were.
   */
  purge(username: string, other: string): Promise<number>;
  /** Deletes an invitation. Accounts that were created with it stay. */
  revokeInvitation(id: string): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export function administration(services: Services, osUser: string): Administration {
  const { store, bell, clock, passwords, longWork } = services;

  async function account(username: string): Promise<AccountRow> {
    const found = await accountNamed(store.db, username);
    if (!found) throw new AdministrationError(`There is no account ${username}.`);
    return found;
  }

  /** Returns the counterpart of a conversation, which may be deleted. */
  async function counterpartOf({ id }: AccountRow, other: string) {
    const found = await accountNamed(store.db, other);
    if (found) return found;
    const side = await participantNamed(store.db, id, fold(other) ?? '');
    if (!side) throw new AdministrationError(`There is no account ${other}.`);
    return { id: side.counterpartId, username: side.counterpartUsername };
  }

  const record = (tx: Transaction<Tables>, verb: string, subject: string) =>
    insertAdminEvent(tx, { at: clock(), osUser, verb, subject });

  /** Makes a random password, its hash, and the end of the time for its login. */
  async function newPassword() {
    const password = randomBytes(15).toString('base64url');
    const passwordHash = await passwords.hash(password);
    return { password, passwordHash, loginUntil: clock() + ONE_TIME_HOURS * HOUR_MS };
  }

  /** Changes a locked account and records the deed together, then tells all servers. */
  async function change<Result>(
    { id, username }: AccountRow,
    verb: string,
    run: (tx: Transaction<Tables>) => Promise<Result>,
    detail = '',
  ): Promise<Result> {
    const result = await inTransaction(store.db, async (tx) => {
      if (!(await accountForUpdate(tx, id)))
        throw new AdministrationError(`There is no account ${username}.`);
      await record(tx, verb, username + detail);
      return run(tx);
    });
    bell.ring(topic.sessions(id));
    bell.ring(topic.presence(id));
    return result;
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

    async notice(sender, text, name = text) {
      const { id: senderId, username } = await account(sender);
      const key = noticeKey(name);
      const checked = checkedText(text, services.limits.maxTextLength);
      await inTransaction(store.db, (tx) => record(tx, 'notice', `${username} ${key}`));
      return sendNotice(services, { senderId, text: checked, key });
    },

    async purge(username, other) {
      const viewer = await account(username);
      const counterpart = await counterpartOf(viewer, other);
      const subject = `${viewer.username} ${counterpart.username}`;
      await inTransaction(store.db, (tx) => record(tx, 'conversations purge', subject));
      let count = 0;
      await longWork(async () => {
        const deleted = await purgeSome(store.db, [viewer.id, counterpart.id]);
        count += deleted;
        return deleted > 0;
      });
      return count;
    },

    async invite(uses, days) {
      const [id, code, now] = [newId(), newInvitationCode(), clock()];
      const expiresAt = now + days * DAY_MS;
      const codeHash = invitationHash(code);
      await inTransaction(store.db, async (tx) => {
        await insertInvitation(tx, { id, codeHash, createdAt: now, expiresAt, usesLeft: uses });
        await record(tx, 'invitations create', id);
      });
      return { id, code, expiresAt };
    },

    revokeInvitation: (id) =>
      inTransaction(store.db, async (tx) => {
        if (!(await deleteInvitation(tx, id)))
          throw new AdministrationError(`There is no invitation ${id}.`);
        await record(tx, 'invitations revoke', id);
      }),

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
