import { hash, randomBytes } from 'node:crypto';

import type { Sessions } from '../../schema/context.ts';
import { AlreadyLoggedInError } from '../../schema/errors.ts';
import { newId } from '../store/id.ts';
import { rememberAddress } from '../store/known-address.ts';
import {
  deleteSession,
  deleteSessionsOf,
  deleteSessionsUnusedSince,
  insertSession,
  leasedElsewhere,
  type SessionRow,
  sessionsOf,
  sessionsWithTokens,
} from '../store/session.ts';
import type { Db } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { batch } from './batch.ts';
import type { ConnectedSessions } from './connected.ts';
import { type AsOwner, addressHash, recheckCredentials } from './credentials.ts';
import { REQUEST_LEASE_MS } from './lease.ts';
import { mailboxAsOf } from './mailbox.ts';
import { consumeOneTimePassword } from './one-time-password.ts';
import type { Services } from './services.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The most sessions looked up in one statement. */
const MAX_LOOKUPS = 500;

/** Hashes a token, which is never stored. A plain hash is safe: a token has 256 random bits. */
const hashToken = (token: string): string => hash('sha256', token, 'base64url');

/** Begins a session of an account. Its token is not stored and cannot be read again. */
export async function beginSession(
  tx: Db,
  accountId: string,
  now: number,
): Promise<{ token: string }> {
  const token = randomBytes(32).toString('base64url');
  await insertSession(tx, {
    id: newId(),
    accountId,
    tokenHash: hashToken(token),
    createdAt: now,
    leaseUntil: now + REQUEST_LEASE_MS,
  });
  return { token };
}

/** The port of sessions, and what the transports need besides. */
export interface SessionService extends Sessions {
  withToken(token: string): Promise<SessionRow | undefined>;
  /** Removes expired sessions, which are ignored already. */
  sweep(): Promise<void>;
}

export function sessions(
  { store, clock, limits, longWork }: Services,
  asOwner: AsOwner,
  connected: ConnectedSessions,
): SessionService {
  const unusedSince = () => clock() - limits.sessionDays * DAY_MS;
  // The most frequent query, since each operation looks up its session. Concurrent lookups share a
  // statement.
  const find = batch(
    (tokenHashes: readonly string[]) => sessionsWithTokens(store.db, tokenHashes, unusedSince()),
    MAX_LOOKUPS,
  );

  /** Ends the least recently used sessions of an account, to make room for one more. */
  async function makeRoom(tx: Db, accountId: string): Promise<void> {
    const held = await sessionsOf(tx, accountId);
    const room = limits.maxSessionsPerAccount - 1;
    if (held.length <= room) return;
    const lastUse = new Map(
      held.map(({ id, usedAt }) => [id, Math.max(usedAt, connected.lastUse(id))]),
    );
    const byUse = [...lastUse].sort(([, one], [, other]) => other - one).map(([id]) => id);
    await deleteSessionsOf(tx, accountId, byUse.slice(0, room));
  }

  return {
    async login(caller, { ifOnline, ...credentials }) {
      return asOwner(caller, credentials, async (account) => {
        const { id, username } = account;
        const begun = await inTransaction(store.db, async (tx) => {
          const now = clock();
          const row = await recheckCredentials(tx, account);
          await consumeOneTimePassword(tx, row, now);
          if (ifOnline === 'REPLACE') {
            await deleteSessionsOf(tx, id);
          } else if (
            ifOnline !== 'JOIN' &&
            (await leasedElsewhere(tx, id, caller.viewer?.sessionId, now))
          ) {
            throw new AlreadyLoggedInError();
          }
          await makeRoom(tx, id);
          const { token } = await beginSession(tx, id, now);
          const known = {
            accountId: id,
            addressHash: addressHash(username, caller.address),
            usedAt: now,
          };
          await rememberAddress(tx, known);
          return { token, mailbox: await mailboxAsOf(tx, row) };
        });
        await connected.changed(id);
        return { ...begun, account: { ...account, online: true } };
      });
    },

    async logout({ account, sessionId }) {
      await deleteSession(store.db, sessionId);
      await connected.changed(account.id);
      return account;
    },

    withToken: (token) => find(hashToken(token)),

    sweep: () => longWork(() => deleteSessionsUnusedSince(store.db, unusedSince())),
  };
}
