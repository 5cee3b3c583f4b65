import type { Conversations, Page } from '../../schema/context.ts';
import { AccountNotFoundError, MessageNotFoundError } from '../../schema/errors.ts';
import type { Account, Conversation, ConversationSummary, Marks } from '../../schema/model.ts';
import { conversationsOf, conversationsWith } from '../store/conversation.ts';
import { messagesBetween } from '../store/conversation-page.ts';
import { markRead, participantNamed, participantsWith } from '../store/participant.ts';
import { receiptsOf } from '../store/receipt.ts';
import { accountNamed } from './account-named.ts';
import { conversationId } from './node-id.ts';
import { readTogether } from './read-together.ts';
import { type Services, topic } from './services.ts';
import { fold, isAccountId } from './username.ts';

const EMPTY: ConversationSummary = { lastMessage: null, unreadCount: 0 };
const NO_MARKS: Marks = { deliveredThrough: null, readThrough: null };

/** The other account of a conversation. */
interface Counterpart {
  readonly id: string;
  readonly username: string;
  /** Null once it is deleted. */
  readonly account: Account | null;
}

/** Returns the conversation of an account with another. */
export const conversationWith = (
  accountId: string,
  { id, username, account }: Counterpart,
): Conversation => ({
  id: conversationId(accountId, id),
  accountId,
  counterpartId: id,
  counterpartUsername: username,
  counterpart: account,
});

export function conversations(services: Services): Conversations {
  const { store, bell } = services;
  const summary = readByCounterpart(async (accountId, counterpartIds) => {
    const rows = await conversationsWith(store.db, accountId, counterpartIds);
    return new Map(rows.map((row) => [row.counterpartId, row]));
  }, EMPTY);
  const marks = readByCounterpart(async (accountId, counterpartIds) => {
    const rows = await receiptsOf(store.db, accountId, new Set(counterpartIds));
    return new Map(rows.map((row) => [row.by.id, row]));
  }, NO_MARKS);
  const messages = pagesOfMessages(services);

  /**
   * Finds the counterpart with a username or an id. A username means the account that has it now,
   * or else the last one that had it, since the messages of a deleted account stay.
   */
  async function counterpart(accountId: string, other: string): Promise<Counterpart | undefined> {
    const name = fold(other);
    if (!name) return undefined;
    const account = await accountNamed(store.db, name);
    if (account) return { id: account.id, username: account.username, account };
    const side = isAccountId(name)
      ? (await participantsWith(store.db, accountId, [name]))[0]
      : await participantNamed(store.db, accountId, name);
    return side && { id: side.counterpartId, username: side.counterpartUsername, account: null };
  }

  return {
    async list({ account }, { after, limit }) {
      const rows = await conversationsOf(store.db, account.id, { after, limit });
      return rows.map((row) => ({
        ...conversationWith(account.id, {
          id: row.counterpartId,
          username: row.counterpartUsername,
          account: row.counterpart,
        }),
        summary: row,
      }));
    },

    async with({ account }, other) {
      const found = await counterpart(account.id, other);
      return found ? conversationWith(account.id, found) : null;
    },

    of({ senderId: id, senderUsername, sender, recipient }, { viewer }) {
      return viewer?.account.id === id
        ? conversationWith(id, { ...recipient, account: recipient })
        : conversationWith(recipient.id, { id, username: senderUsername, account: sender });
    },

    summary: async (conversation) => conversation.summary ?? (await summary(conversation)),
    marks,
    messages: (conversation, page) => messages({ ...conversation, page }),

    async markRead({ account }, { with: other, through }) {
      const found = await counterpart(account.id, other);
      if (!found) throw new AccountNotFoundError();
      if (!(await markRead(store.db, account.id, found.id, through)))
        throw new MessageNotFoundError();
      bell.ring(topic.receipts(found.id), account.id);
      return conversationWith(account.id, found);
    },
  };
}

/** The key of what belongs to a conversation. */
type Sides = Pick<Conversation, 'accountId' | 'counterpartId'>;

/** Reads something for many conversations: one statement for each account that asks. */
const readByCounterpart = <Value>(
  read: (
    accountId: string,
    counterpartIds: readonly string[],
  ) => Promise<ReadonlyMap<string, Value>>,
  none: Value,
) =>
  readTogether<Sides, Value>(async (all) => {
    const found = new Map<string, ReadonlyMap<string, Value>>();
    for (const [accountId, its] of Map.groupBy(all, (sides) => sides.accountId)) {
      const counterpartIds = new Set(its.map(({ counterpartId }) => counterpartId));
      found.set(accountId, await read(accountId, [...counterpartIds]));
    }
    return all.map(
      ({ accountId, counterpartId }) => found.get(accountId)?.get(counterpartId) ?? none,
    );
  });

/** Reads pages of messages: for all conversations together, after finding where each is stored. */
function pagesOfMessages({ store }: Services) {
  const storedId = readByCounterpart<string | undefined>(async (accountId, counterpartIds) => {
    const sides = await participantsWith(store.db, accountId, counterpartIds);
    return new Map(sides.map((side) => [side.counterpartId, side.conversationId]));
  }, undefined);

  return readTogether(async (pages: readonly (Sides & { readonly page: Page<number> })[]) => {
    const ids = await Promise.all(pages.map(storedId));
    const found = pages.flatMap(({ page, accountId, counterpartId }, index) => {
      const id = ids[index];
      return id === undefined
        ? []
        : [{ ...page, accountId, counterpartId, conversationId: id, index }];
    });
    const messages = await messagesBetween(store.db, found);
    const read = new Map(found.map(({ index }, at) => [index, messages[at]]));
    return pages.map((_page, index) => read.get(index) ?? []);
  });
}
