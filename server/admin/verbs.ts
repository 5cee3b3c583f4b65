import type { Account } from '../../schema/model.ts';
import type { OneTimePassword } from '../domain/account-administration.ts';
import { accountSearch } from '../domain/account-search.ts';
import type { Administration } from '../domain/administration.ts';
import { AdministrationError } from '../domain/administration-error.ts';
import { mailboxAsOf } from '../domain/mailbox.ts';
import { ONE_TIME_HOURS } from '../domain/one-time-password.ts';
import type { Services } from '../domain/services.ts';
import { disabledAmong } from '../store/account.ts';
import { latestAdminEvents } from '../store/admin-event.ts';
import { allInvitations } from '../store/invitation.ts';
import { oneTimePasswordOf } from '../store/one-time-password.ts';
import { accountsOnline } from '../store/presence.ts';
import { sessionsOf } from '../store/session.ts';
import { copy } from './copy.ts';

/** What is printed: a line each. With `--json` it is a list of objects. */
export type Row = Readonly<Record<string, string | number | boolean>>;

/**
 * The part of a list to show, how long a new invitation is good, whose notice it is, and the
 * databases of a copy.
 */
export interface VerbOptions {
  readonly limit: number;
  readonly after: string | null;
  readonly uses: number;
  readonly days: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly name: string | undefined;
}

interface Described {
  /** The names of its operands; those in brackets may be left out. */
  readonly operands: readonly string[];
  /** Its own options, for the usage. Those in brackets may be left out. */
  readonly options?: readonly string[];
  /** A sentence for the person who reads the rows. It is left out with `--json`. */
  readonly note?: string;
}

/** A verb on the database of the servers, beside them. */
interface ServiceVerb extends Described {
  run(
    services: Services,
    admin: Administration,
    operands: readonly string[],
    options: VerbOptions,
  ): Promise<readonly Row[]>;
}

/** A verb on databases that it names, without servers. */
interface OfflineVerb extends Described {
  runOffline(options: VerbOptions, osUser: string): Promise<readonly Row[]>;
}

export type Verb = ServiceVerb | OfflineVerb;

const time = (moment: number | Date): string => new Date(moment).toISOString();

const accountRow = ({ username, id, createdAt }: Account) => ({
  username,
  id,
  createdAt: time(createdAt),
});

/** Rows of accounts that say which of them are disabled. */
async function accountRows({ store }: Services, accounts: readonly Account[]) {
  const disabled = await disabledAmong(
    store.db,
    accounts.map(({ id }) => id),
  );
  return accounts.map((account) => ({
    ...accountRow(account),
    disabled: disabled.has(account.id),
  }));
}

const passwordRow = ({ loginUntil, ...row }: OneTimePassword) => ({
  ...row,
  loginUntil: time(loginUntil),
});

const PASSWORD_NOTE =
  `The password is good for one login within ${ONE_TIME_HOURS} hours. Tell its owner to change ` +
  'it after that login: it opens no other session.';

const PAGE = ['[--limit N]', '[--after USERNAME]'];

/** Every verb by its name. */
export const VERBS: Readonly<Record<string, Verb>> = {
  'accounts list': {
    operands: [],
    options: PAGE,
    run: async (services, _admin, _operands, page) =>
      accountRows(services, await accountSearch(services)('*', page)),
  },
  'accounts search': {
    operands: ['TERM'],
    options: PAGE,
    run: async (services, _admin, [term = ''], page) =>
      accountRows(services, await accountSearch(services)(term, page)),
  },
  'accounts show': {
    operands: ['USERNAME'],
    async run(services, admin, [username = '']) {
      const { store, clock } = services;
      const account = await admin.account(username);
      const sessions = await sessionsOf(store.db, account.id);
      const online = sessions.some(({ leaseUntil }) => leaseUntil > clock());
      const { pendingCount } = await mailboxAsOf(store.db, account);
      const { sentCount } = account;
      const counts = { sessionCount: sessions.length, pendingCount, sentCount };
      const oneTimePassword = (await oneTimePasswordOf(store.db, account)) !== undefined;
      const rows = await accountRows(services, [account]);
      return rows.map((row) => ({ ...row, oneTimePassword, online, ...counts }));
    },
  },
  'accounts create': {
    operands: ['USERNAME'],
    note: PASSWORD_NOTE,
    run: async (_services, admin, [username = '']) => [passwordRow(await admin.create(username))],
  },
  'accounts delete': {
    operands: ['USERNAME'],
    run: async (_services, admin, [username = '']) => [accountRow(await admin.delete(username))],
  },
  'accounts disable': {
    operands: ['USERNAME'],
    run: async (_services, admin, [username = '']) => [accountRow(await admin.disable(username))],
  },
  'accounts enable': {
    operands: ['USERNAME'],
    run: async (_services, admin, [username = '']) => [accountRow(await admin.enable(username))],
  },
  'accounts reset-password': {
    operands: ['USERNAME'],
    note: PASSWORD_NOTE,
    run: async (_services, admin, [username = '']) => [
      passwordRow(await admin.resetPassword(username)),
    ],
  },
  'sessions list': {
    operands: ['USERNAME'],
    async run({ store, clock }, admin, [username = '']) {
      const { id } = await admin.account(username);
      return (await sessionsOf(store.db, id)).map((session) => ({
        id: session.id,
        createdAt: time(session.createdAt),
        usedAt: time(session.usedAt),
        online: session.leaseUntil > clock(),
      }));
    },
  },
  'sessions end': {
    operands: ['USERNAME', '[ID]'],
    run: async (_services, admin, [username = '', sessionId]) =>
      (await admin.endSessions(username, sessionId)).map((id) => ({ id })),
  },
  'invitations create': {
    operands: [],
    options: ['[--uses N]', '[--days N]'],
    async run(_services, admin, _operands, { uses, days }) {
      const { expiresAt, ...invitation } = await admin.invite(uses, days);
      return [{ ...invitation, expiresAt: time(expiresAt), usesLeft: uses }];
    },
  },
  'invitations list': {
    operands: [],
    run: async ({ store }) =>
      (await allInvitations(store.db)).map(({ createdAt, expiresAt, ...invitation }) => ({
        ...invitation,
        createdAt: time(createdAt),
        expiresAt: time(expiresAt),
      })),
  },
  'invitations revoke': {
    operands: ['ID'],
    async run(_services, admin, [id = '']) {
      await admin.revokeInvitation(id);
      return [{ id }];
    },
  },
  'conversations purge': {
    operands: ['USERNAME', 'OTHER'],
    run: async (_services, admin, [username = '', other = '']) => [
      { deleted: await admin.purge(username, other) },
    ],
  },
  notice: {
    operands: ['TEXT'],
    options: ['--from USERNAME', '[--name NAME]'],
    async run(_services, admin, [text = ''], { from, name }) {
      if (from === undefined)
        throw new AdministrationError('Name the sender with --from USERNAME.');
      return [{ ...(await admin.notice(from, text, name)) }];
    },
  },
  copy: {
    operands: [],
    options: ['--from URL', '--to URL'],
    note:
      'The copy is complete, and each row was compared with its original. Start the servers with ' +
      'its URL as DATABASE_URL.',
    async runOffline({ from, to }, osUser) {
      if (from === undefined || to === undefined)
        throw new AdministrationError('Name both databases with --from URL and --to URL.');
      return (await copy(from, to, osUser)).map((count) => ({ ...count }));
    },
  },
  online: {
    operands: [],
    options: PAGE,
    run: async ({ store, clock }, _admin, _operands, page) =>
      (await accountsOnline(store.db, clock(), page)).map(accountRow),
  },
  audit: {
    operands: [],
    options: ['[--limit N]'],
    run: async ({ store }, _admin, _operands, { limit }) =>
      (await latestAdminEvents(store.db, limit)).map(({ at, ...event }) => ({
        at: time(at),
        ...event,
      })),
  },
};
