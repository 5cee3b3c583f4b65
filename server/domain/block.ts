import type { Blocks } from '../../schema/context.ts';
import { AccountNotFoundError, CannotBlockSelfError } from '../../schema/errors.ts';
import type { Account, Viewer } from '../../schema/model.ts';
import { addBlock, type Block, blockedBy, blocksAmong, removeBlock } from '../store/block.ts';
import { accountNamed } from './account-named.ts';
import { readTogether } from './read-together.ts';
import { type Services, topic } from './services.ts';
import type { TypingService } from './typing.ts';

/** The port of blocks, and what other rules ask. */
export interface BlockService extends Blocks {
  /** Whether an account blocks the viewer. Read together. */
  isBlockedBy(viewer: Viewer, account: Account): Promise<boolean>;
}

/**
 * An account blocks another: it gets no message from it, and does not show it when it is online,
 * types, or has received or read something.
 */
export function blocks({ store, bell }: Services, typing: TypingService): BlockService {
  const exists = readTogether(async (all: readonly Block[]) => {
    const isBlock = await blocksAmong(store.db, all);
    return all.map(isBlock);
  });

  /** Rings for what the blocked account sees of the other. */
  function ring({ accountId, blockedId }: Block): void {
    bell.ring(topic.presence(accountId));
    bell.ring(topic.receipts(blockedId), accountId);
  }

  async function find(other: string): Promise<Account> {
    const account = await accountNamed(store.db, other);
    if (!account) throw new AccountNotFoundError();
    return account;
  }

  return {
    async block({ account: { id } }, other) {
      const account = await find(other);
      if (account.id === id) throw new CannotBlockSelfError();
      const block = { accountId: id, blockedId: account.id };
      await addBlock(store.db, block);
      typing.end(id, account.id);
      ring(block);
      return account;
    },

    async unblock({ account: { id } }, other) {
      const account = await find(other);
      const block = { accountId: id, blockedId: account.id };
      if (await removeBlock(store.db, block)) ring(block);
      return account;
    },

    list: ({ account }, page) => blockedBy(store.db, account.id, page),
    isBlocked: ({ account: { id } }, other) => exists({ accountId: id, blockedId: other.id }),
    isBlockedBy: ({ account: { id } }, other) => exists({ accountId: other.id, blockedId: id }),
  };
}
