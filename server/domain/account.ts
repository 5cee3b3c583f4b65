import type { Accounts } from '../../schema/context.ts';
import {
  AlreadyLoggedInError,
  RegistrationClosedError,
  UsernameTakenError,
} from '../../schema/errors.ts';
import type { Registration } from '../../schema/model.ts';
import { accountByUsername, insertAccount, setPasswordHash } from '../store/account.ts';
import { newId } from '../store/id.ts';
import { messagesReceived } from '../store/message.ts';
import { forgetOneTimePassword } from '../store/one-time-password.ts';
import { closeAccount } from '../store/removal.ts';
import { deleteSessionsOf, leasedElsewhere } from '../store/session.ts';
import { inTransaction } from '../store/transaction.ts';
import { accountSearch } from './account-search.ts';
import type { ConnectedSessions } from './connected.ts';
import { type AsOwner, recheckCredentials } from './credentials.ts';
import { acceptInvitation, checkInvitation } from './invitation.ts';
import { mailboxAsOf } from './mailbox.ts';
import { consumeOneTimePassword } from './one-time-password.ts';
import { checkPassword } from './password-rules.ts';
import { rateLimit, take } from './rate-limit.ts';
import type { Removal } from './removal.ts';
import type { Services } from './services.ts';
import { beginSession } from './session.ts';
import { newUsername, usernameOf } from './username.ts';

const HOUR = 60 * 60;

export function accounts(
  services: Services,
  asOwner: AsOwner,
  connected: ConnectedSessions,
  removal: Removal,
  registration: Registration,
): Accounts {
  const { store, clock, limits, passwords } = services;
  const creations = rateLimit(limits.maxNewAccountsPerHour, HOUR);
  return {
    async create({ address }, { username, password, invitationCode }) {
      if (registration === 'CLOSED') throw new RegistrationClosedError();
      const name = newUsername(username);
      checkPassword(password, name);
      const invitation =
        registration === 'INVITE' && (await checkInvitation(store.db, invitationCode, clock()));
      const [creation] = take(clock(), [creations, address]);
      const passwordHash = await passwords.hash(password).catch((error) => {
        if (creation) creations.takeBack(creation);
        throw error;
      });
      const account = { id: newId(), username: name, passwordHash, createdAt: clock() };
      await inTransaction(store.db, async (tx) => {
        if (invitation) await acceptInvitation(tx, invitation, clock());
        if (!(await insertAccount(tx, account))) throw new UsernameTakenError();
      });
      return {
        id: account.id,
        username: name,
        createdAt: new Date(account.createdAt),
        online: false,
      };
    },

    async named(username) {
      const name = usernameOf(username);
      return (name && (await accountByUsername(store.db, name))) || null;
    },

    matching: accountSearch(services),

    async changePassword(caller, viewer, { currentPassword, newPassword }) {
      const credentials = { username: viewer.account.username, password: currentPassword };
      return asOwner(caller, credentials, async (account) => {
        checkPassword(newPassword, account.username);
        const passwordHash = await passwords.hash(newPassword);
        const session = await inTransaction(store.db, async (tx) => {
          await recheckCredentials(tx, account);
          await setPasswordHash(tx, account.id, passwordHash);
          await forgetOneTimePassword(tx, account.id);
          await deleteSessionsOf(tx, account.id);
          return beginSession(tx, account.id, clock());
        });
        await connected.changed(account.id);
        return { token: session.token, account };
      });
    },

    async delete(caller, credentials) {
      return asOwner(caller, credentials, async (account) => {
        const { id } = account;
        const handedOver = await inTransaction(store.db, async (tx) => {
          const now = clock();
          const row = await recheckCredentials(tx, account);
          // A session began with the one login: its owner may leave without another password.
          if (caller.viewer?.account.id !== id) await consumeOneTimePassword(tx, row, now);
          if (await leasedElsewhere(tx, id, caller.viewer?.sessionId, now))
            throw new AlreadyLoggedInError();
          const { deliveredThrough: after, pendingCount } = await mailboxAsOf(tx, row);
          const undelivered = await messagesReceived(tx, id, {
            after,
            limit: limits.maxUndelivered,
          });
          await closeAccount(tx, id, now);
          return { undelivered, undeliveredCount: pendingCount };
        });
        await connected.changed(id);
        removal.run();
        return { account, ...handedOver };
      });
    },
  };
}
