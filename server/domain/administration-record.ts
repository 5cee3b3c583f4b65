import type { Transaction } from 'kysely';
import { type AccountRow, accountForUpdate } from '../store/account.ts';
import { insertAdminEvent } from '../store/admin-event.ts';
import type { Tables } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { accountNamed } from './account-named.ts';
import { AdministrationError } from './administration-error.ts';
import { type Services, topic } from './services.ts';

/** Records the deeds of an administrator, each in the transaction that it is done in. */
export type AdministrationRecord = ReturnType<typeof administrationRecord>;

export function administrationRecord({ store, bell, clock }: Services, osUser: string) {
  /** @throws {AdministrationError} when there is none. */
  async function account(username: string): Promise<AccountRow> {
    const found = await accountNamed(store.db, username);
    if (!found) throw new AdministrationError(`There is no account ${username}.`);
    return found;
  }

  const record = (tx: Transaction<Tables>, verb: string, subject: string) =>
    insertAdminEvent(tx, { at: clock(), osUser, verb, subject });

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

  return { account, record, change };
}
