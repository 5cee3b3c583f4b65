import type { Kysely } from 'kysely';
import type { ForwardPage } from '../../schema/context.ts';
import type { BlockedAccount } from '../../schema/model.ts';
import { selectAccounts, toAccount } from './account.ts';
import { inChunks } from './chunks.ts';
import { newId } from './id.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** An account, and another that it blocks. */
export interface Block {
  readonly accountId: string;
  readonly blockedId: string;
}

/**
 * Adds a block, unless it exists. It changes the row of the account, which a transaction locks that
 * stores a message for it: once this returns, every later message is decided with the block.
 */
export const addBlock = (db: Kysely<Tables>, block: Block): Promise<void> =>
  inTransaction(db, async (tx) => {
    const added = await tx
      .insertInto('block')
      .values({ id: newId(), ...block })
      .onConflict((conflict) => conflict.columns(['accountId', 'blockedId']).doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 1n) await changeBlockCount(tx, block.accountId, 1);
  });

/** Removes a block. Returns false if there was none. */
export const removeBlock = (
  db: Kysely<Tables>,
  { accountId, blockedId }: Block,
): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('block')
      .where('accountId', '=', accountId)
      .where('blockedId', '=', blockedId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await changeBlockCount(tx, accountId, -1);
    return true;
  });

const changeBlockCount = (tx: Db, accountId: string, change: number) =>
  tx
    .updateTable('account')
    .set((eb) => ({ blockCount: eb('blockCount', '+', change) }))
    .where('id', '=', accountId)
    .execute();

/** Returns those of some blocks that exist, as a function that looks one up. */
export async function blocksAmong(
  db: Db,
  blocks: readonly Block[],
): Promise<(block: Block) => boolean> {
  const found = await inChunks(blocks, (chunk) =>
    db
      .selectFrom('block')
      .select(['accountId', 'blockedId'])
      .where((eb) =>
        eb.or(
          [...Map.groupBy(chunk, ({ blockedId }) => blockedId)].map(([blockedId, some]) =>
            eb('blockedId', '=', blockedId).and(
              'accountId',
              'in',
              some.map(({ accountId }) => accountId),
            ),
          ),
        ),
      )
      .execute(),
  );
  const keys = new Set(found.map(keyOf));
  return (block) => keys.has(keyOf(block));
}

const keyOf = ({ accountId, blockedId }: Block): string => `${accountId} ${blockedId}`;

/** Returns the accounts that an account blocks, the last blocked first, after a block. */
export async function blockedBy(
  db: Db,
  accountId: string,
  { after, limit }: ForwardPage<string>,
): Promise<BlockedAccount[]> {
  const rows = await selectAccounts(db)
    .innerJoin('block', 'block.blockedId', 'account.id')
    .select('block.id as blockId')
    .where('block.accountId', '=', accountId)
    .$if(after !== null, (query) => query.where('block.id', '<', after))
    .orderBy('block.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}

/** Removes some blocks by and of an account. Returns false when there are none left. */
export async function removeSomeBlocks(tx: Db, accountId: string, limit: number): Promise<boolean> {
  const some = await tx
    .selectFrom('block')
    .select('id')
    .where(({ eb, or }) => or([eb('accountId', '=', accountId), eb('blockedId', '=', accountId)]))
    .limit(limit)
    .execute();
  if (some.length === 0) return false;
  const ids = some.map(({ id }) => id);
  await tx.deleteFrom('block').where('id', 'in', ids).execute();
  return true;
}
