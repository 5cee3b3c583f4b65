import type { AccountRow } from '../store/account.ts';
import { participantNamed } from '../store/participant.ts';
import { purgeSome } from '../store/purge.ts';
import { inTransaction } from '../store/transaction.ts';
import { accountNamed } from './account-named.ts';
import { AdministrationError } from './administration-error.ts';
import type { AdministrationRecord } from './administration-record.ts';
import { type NoticeCounts, noticeKey, sendNotice } from './notice.ts';
import { checkedText } from './send.ts';
import type { Services } from './services.ts';
import { fold } from './username.ts';

/** What an administrator may do to messages. */
export interface MessageAdministration {
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
}

export function messageAdministration(
  services: Services,
  { account, record }: AdministrationRecord,
): MessageAdministration {
  const { store, longWork } = services;

  /** Returns the counterpart of a conversation, which may be deleted. */
  async function counterpartOf({ id }: AccountRow, other: string) {
    const found = await accountNamed(store.db, other);
    if (found) return found;
    const side = await participantNamed(store.db, id, fold(other) ?? '');
    if (!side) throw new AdministrationError(`There is no account ${other}.`);
    return { id: side.counterpartId, username: side.counterpartUsername };
  }

  return {
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
  };
}
