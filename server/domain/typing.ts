import { LRUCache } from 'lru-cache';
import type { Typing } from '../../schema/context.ts';
import { AccountNotFoundError, RecipientBlockedError, RequestError } from '../../schema/errors.ts';
import type { Conversation } from '../../schema/model.ts';
import { follow, type Source } from '../live/follow.ts';
import { accountsWithIds } from '../store/account.ts';
import { blocksAmong } from '../store/block.ts';
import { inChunks } from '../store/chunks.ts';
import { accountNamed } from './account-named.ts';
import type { ConnectedSessions } from './connected.ts';
import { conversationWith } from './conversation.ts';
import { parseConversationId } from './node-id.ts';
import { rateLimit, take } from './rate-limit.ts';
import { type Services, TYPING, topic } from './services.ts';

/** How long an account is shown as typing after it last said so. */
const SHOWN_MS = 6_000;
/** Accounts that are known to type at a time. Beyond that the oldest are no longer shown. */
const MAX_KNOWN = 10_000;

/** The port of typing, and what other rules need. */
export interface TypingService extends Typing {
  /** Ends what two accounts are shown of each other, at every server. */
  end(accountId: string, counterpartId: string): void;
}

/** Who types to whom: a conversation as the other account sees it. */
type Sides = Pick<Conversation, 'accountId' | 'counterpartId'>;

/**
 * Shows accounts that others are typing to them. Each server keeps in memory until when each does,
 * as it hears from the doorbell. No timer ends it but that of a subscription that shows it.
 */
export function typing(services: Services, connected: ConnectedSessions): TypingService {
  const { store, bell, clock, limits } = services;
  const calls = rateLimit(limits.maxTypingPerMinute, 60);
  const until = new LRUCache<string, number>({ max: MAX_KNOWN });
  let rings = 0;

  const shownUntil = ({ accountId, counterpartId }: Sides): number => {
    const end = until.get(`${accountId} ${counterpartId}`) ?? 0;
    return end > clock() ? end : 0;
  };

  bell.listenAlways(TYPING, (ring) => {
    const [accountId, counterpartId, isTyping] = ring?.split(' ') ?? [];
    if (accountId === undefined || counterpartId === undefined) return;
    const key = `${accountId} ${counterpartId}`;
    if (isTyping === '1') until.set(key, clock() + SHOWN_MS);
    else until.delete(key);
    bell.ringHere(topic.typing(accountId), counterpartId);
  });

  /** Rings at all servers. The count makes each ring another one, so that none replaces another. */
  function tell({ accountId, counterpartId }: Sides, isTyping: boolean): void {
    rings += 1;
    bell.ring(TYPING, `${accountId} ${counterpartId} ${isTyping ? 1 : 0} ${rings}`);
  }

  return {
    isTyping: (conversation) => shownUntil(conversation) > 0,

    async set({ account }, { with: other, typing }) {
      take(clock(), [calls, account.id]);
      const counterpart = await accountNamed(store.db, other);
      if (!counterpart) throw new AccountNotFoundError();
      const theirs = { accountId: counterpart.id, blockedId: account.id };
      const mine = { accountId: account.id, blockedId: counterpart.id };
      const isBlocked = await blocksAmong(store.db, [theirs, mine]);
      if (isBlocked(theirs)) throw new RecipientBlockedError();
      if (!isBlocked(mine)) tell({ accountId: counterpart.id, counterpartId: account.id }, typing);
      return conversationWith(account.id, { ...counterpart, account: counterpart });
    },

    async changes(viewer, ids) {
      if (ids.length > limits.maxWatchedAccounts) {
        throw new RequestError(
          'LIMIT_EXCEEDED',
          `\`in\` must have at most ${limits.maxWatchedAccounts} ids.`,
        );
      }
      const conversations = await conversationsNamed(services, viewer.account.id, ids);
      return follow(
        changesOf(services, viewer.account.id, conversations, shownUntil),
        connected.attend(viewer),
      );
    },

    end(accountId, counterpartId) {
      tell({ accountId, counterpartId }, false);
      tell({ accountId: counterpartId, counterpartId: accountId }, false);
    },
  };
}

/** Returns those conversations of an account that have these ids, and whose counterpart exists. */
async function conversationsNamed(
  { store }: Services,
  accountId: string,
  ids: readonly string[],
): Promise<Conversation[]> {
  const sides = ids.map(parseConversationId).filter((each) => each?.accountId === accountId);
  const counterpartIds = new Set(sides.map((each) => each?.counterpartId ?? ''));
  const accounts = await inChunks(counterpartIds, (chunk) => accountsWithIds(store.db, chunk));
  return accounts.map((account) => conversationWith(accountId, { ...account, account }));
}

/** Those conversations in which the counterpart types, then each that changes. */
function changesOf(
  { bell, clock }: Services,
  accountId: string,
  conversations: readonly Conversation[],
  shownUntil: (conversation: Conversation) => number,
): Source<Conversation> {
  /** Until when each counterpart that types is shown. */
  const shown = new Map<string, number>();
  const watched = new Set(conversations.map(({ counterpartId }) => counterpartId));

  return {
    listen: (heard) =>
      bell.listen(topic.typing(accountId), (key) => {
        if (key === undefined || watched.has(key)) heard();
      }),
    async read() {
      const changed: Conversation[] = [];
      for (const conversation of conversations) {
        const end = shownUntil(conversation);
        if (shown.has(conversation.id) !== end > 0) changed.push(conversation);
        if (end > 0) shown.set(conversation.id, end);
        else shown.delete(conversation.id);
      }
      return changed;
    },
    // Nothing rings when it fades.
    dueIn: () => (shown.size > 0 ? Math.min(...shown.values()) - clock() : undefined),
  };
}
