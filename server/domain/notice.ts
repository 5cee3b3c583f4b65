import { hash } from 'node:crypto';
import { ApiError } from '../../schema/errors.ts';
import { accountsMatching } from '../store/account-search.ts';
import type { Services } from './services.ts';
import { writeQueue } from './write-queue.ts';

/** Accounts to which one step sends. */
const STEP = 100;

/** The accounts that have a notice, and those that refuse it: a full mailbox, or a block. */
export interface NoticeCounts {
  readonly accounts: number;
  readonly refused: number;
}

/** A short name of a notice. Two of one sender with the same name are the same notice. */
export const noticeKey = (name: string): string => hash('sha256', name, 'base64url').slice(0, 16);

/**
 * Sends a text to every account but its sender's, in steps. An account that has the notice of this
 * key does not get it again, so it can be sent again after a break. The text is checked already.
 */
export async function sendNotice(
  services: Services,
  { senderId, text, key }: { senderId: string; text: string; key: string },
): Promise<NoticeCounts> {
  const { store, longWork } = services;
  const counts = { accounts: 0, refused: 0 };
  await using queue = writeQueue(services);

  async function sendTo(accountId: string): Promise<void> {
    const clientMessageId = `notice ${key} ${accountId}`;
    try {
      await queue.send({ senderId, to: accountId, text, clientMessageId });
      counts.accounts += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      counts.refused += 1;
    }
  }

  let after: string | null = null;
  await longWork(async () => {
    const accounts = await accountsMatching(store.db, '%', after, STEP);
    await Promise.all(accounts.filter(({ id }) => id !== senderId).map(({ id }) => sendTo(id)));
    after = accounts.at(-1)?.username ?? after;
    return accounts.length === STEP;
  });
  return counts;
}
