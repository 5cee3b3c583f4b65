import type { Conversations } from '../../schema/context.ts';
import { AccountNotFoundError, MessageNotFoundError, RequestError } from '../../schema/errors.ts';
import type { Viewer } from '../../schema/model.ts';
import { accountByUsername } from '../store/account.ts';
import { conversationsOf } from '../store/conversation.ts';
import { messagesBetween } from '../store/message.ts';
import { markRead, participantNamed, participantWith } from '../store/participant.ts';
import type { Tables } from '../store/tables.ts';
import { type Services, topic } from './services.ts';
import { fold } from './username.ts';

/** An account's id. It is longer than any username. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function conversations({ store, bell, clock }: Services): Conversations {
  /**
   * Returns the viewer's side of the conversation with another account, by username or id; null if
   * there is none. A username means the account that has it now, or else the last one that had it,
   * since the messages of a deleted account stay.
   */
  async function sideOf({ account }: Viewer, other: string): Promise<Tables['participant'] | null> {
    const name = fold(other);
    if (!name) throw new AccountNotFoundError();
    if (ID.test(name)) return (await participantWith(store.db, account.id, name)) ?? null;
    const holder = await accountByUsername(store.db, name, clock());
    if (holder) return (await participantWith(store.db, account.id, holder.id)) ?? null;
    const side = await participantNamed(store.db, account.id, name);
    if (!side) throw new AccountNotFoundError();
    return side;
  }

  return {
    list: ({ account }, { after, limit }) =>
      conversationsOf(store.db, account.id, { after, limit }, clock()),

    async messages(viewer, other, page) {
      const side = await sideOf(viewer, other).catch(asBadInput);
      return side ? messagesBetween(store.db, side.conversationId, page, clock()) : [];
    },

    async markRead(viewer, { with: other, through }) {
      const side = await sideOf(viewer, other);
      const mark = side && (await markRead(store.db, side, through));
      if (!mark) throw new MessageNotFoundError();
      bell.ring(topic.receipts(side.counterpartId), viewer.account.id);
      return mark;
    },
  };
}

/** Makes an unknown account a faulty request: a query has no union of results. */
function asBadInput(error: unknown): never {
  throw error instanceof AccountNotFoundError
    ? new RequestError('BAD_USER_INPUT', error.message)
    : error;
}
