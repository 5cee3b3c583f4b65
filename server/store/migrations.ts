import type { Migration } from 'kysely/migration';
import { chat } from './migrations/0001-chat.ts';
import { orderOfIds } from './migrations/0002-order-of-ids.ts';
import { closedAccounts } from './migrations/0003-closed-accounts.ts';
import { heartbeat } from './migrations/0004-heartbeat.ts';
import { sessionByUse } from './migrations/0005-session-by-use.ts';
import { knownAddresses } from './migrations/0006-known-addresses.ts';
import { fewerIndexes } from './migrations/0007-fewer-indexes.ts';
import { blocks } from './migrations/0008-blocks.ts';
import { search } from './migrations/0009-search.ts';
import { adminEvents } from './migrations/0010-admin-events.ts';
import { disabledAccounts } from './migrations/0011-disabled-accounts.ts';
import { invitations } from './migrations/0012-invitations.ts';
import { oneTimePasswords } from './migrations/0013-one-time-passwords.ts';
import { usedClientIds } from './migrations/0014-used-client-ids.ts';
import { unfinishedCopies } from './migrations/0015-unfinished-copies.ts';
import { mailboxGaps } from './migrations/0016-mailbox-gaps.ts';

/**
 * The migrations, run in order of name. Only ever add one at the end, and never change one that has
 * been released. Those that run together share a transaction, so a kill leaves all or nothing.
 *
 * The version before must still run on the tables afterwards: rename and remove nothing it uses.
 */
export const migrations: Record<string, Migration> = {
  '0001-chat': chat,
  '0002-order-of-ids': orderOfIds,
  '0003-closed-accounts': closedAccounts,
  '0004-heartbeat': heartbeat,
  '0005-session-by-use': sessionByUse,
  '0006-known-addresses': knownAddresses,
  '0007-fewer-indexes': fewerIndexes,
  '0008-blocks': blocks,
  '0009-search': search,
  '0010-admin-events': adminEvents,
  '0011-disabled-accounts': disabledAccounts,
  '0012-invitations': invitations,
  '0013-one-time-passwords': oneTimePasswords,
  '0014-used-client-ids': usedClientIds,
  '0015-unfinished-copies': unfinishedCopies,
  '0016-mailbox-gaps': mailboxGaps,
};
