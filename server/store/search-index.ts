import { type Kysely, sql, type Transaction } from 'kysely';
import { insertEntries } from './search-entry.ts';
import type { Db, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** The most messages of each side, received and sent, that one transaction reads. */
const BATCH = 500;
/** Characters at which a transaction takes no further message: some 20 ms of work for SQLite. */
const MAX_CHARACTERS = 100_000;
/** The state of the index of an account's messages, and the ends of its mailbox and sent log. */
export interface SearchLog
  extends Pick<Tables['searchLog'], 'receivedThrough' | 'sentThrough' | 'entryCount'>,
    Pick<Tables['account'], 'lastPosition' | 'sentCount'> {
  /** Undefined before its first message is indexed. */
  readonly id: number | undefined;
}

/** Returns the state of an account's index; undefined when the account is deleted. */
export async function searchLogOf(db: Db, accountId: string): Promise<SearchLog | undefined> {
  const row = await db
    .selectFrom('account')
    .leftJoin('searchLog', 'searchLog.accountId', 'account.id')
    .select([
      'account.lastPosition',
      'account.sentCount',
      'searchLog.id',
      'searchLog.entryCount',
      'searchLog.receivedThrough',
      'searchLog.sentThrough',
    ])
    .where('account.id', '=', accountId)
    .where('account.closedAt', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  const { id, entryCount, receivedThrough, sentThrough, ...ends } = row;
  return {
    ...ends,
    id: id ?? undefined,
    entryCount: entryCount ?? 0,
    receivedThrough: receivedThrough ?? 0,
    sentThrough: sentThrough ?? 0,
  };
}

/**
 * Indexes the next messages of an account, oldest first, in one short transaction. Returns false
 * when all are indexed.
 *
 * Each account has an index of its own, apart from the path of a message, which only a search
 * brings up to date. It knows how far it is by the positions in the account's mailbox and sent log.
 * These are given under the lock of the account's row, so a message that becomes visible later
 * never has an earlier position, and none is left out.
 */
export const indexSome = (
  db: Kysely<Tables>,
  accountId: string,
  wordsOf: (text: string) => readonly string[],
): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const log = await lockLog(tx, accountId);
    if (!log) return false;
    // Only now: another server may have indexed some messages before the lock.
    const account = await tx
      .selectFrom('account')
      .select(['lastPosition', 'sentCount'])
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    const received = await queueOf(log.receivedThrough, account.lastPosition, (after, end) =>
      textsBetween(tx, 'position', after, end).where('recipientId', '=', accountId),
    );
    const sent = await queueOf(log.sentThrough, account.sentCount, (after, end) =>
      textsBetween(tx, 'sentPosition', after, end)
        .where('senderId', '=', accountId)
        // A message to oneself is in the mailbox already.
        .where('recipientId', '!=', accountId),
    );
    const messages = takeOldest(received, sent);
    const entries = messages.flatMap(({ id, text }) => {
      const words = wordsOf(text);
      return words.length > 0 ? [{ messageId: id, words }] : [];
    });
    await insertEntries(tx, log, entries);
    const [receivedThrough, sentThrough] = [throughOf(received), throughOf(sent)];
    await tx
      .updateTable('searchLog')
      .set({ receivedThrough, sentThrough, entryCount: log.entryCount + entries.length })
      .where('id', '=', log.id)
      .execute();
    return receivedThrough < account.lastPosition || sentThrough < account.sentCount;
  });

/** Locks the state of an account's index, which may be new. Undefined for a deleted account. */
async function lockLog(tx: Transaction<Tables>, accountId: string) {
  await tx
    .insertInto('searchLog')
    .columns(['accountId', 'receivedThrough', 'sentThrough', 'entryCount'])
    .expression((eb) =>
      eb
        .selectFrom('account')
        .select(['id', sql.lit(0).as('received'), sql.lit(0).as('sent'), sql.lit(0).as('entries')])
        .where('id', '=', accountId)
        .where('closedAt', 'is', null),
    )
    .onConflict((conflict) => conflict.column('accountId').doNothing())
    .execute();
  return tx
    .selectFrom('searchLog')
    .selectAll()
    .where('accountId', '=', accountId)
    .forUpdate()
    .executeTakeFirst();
}

interface Text {
  readonly id: string;
  readonly text: string;
  /** Its place in the log that is read. */
  readonly at: number;
}

/** The next messages of one log of an account, some of which are taken. */
interface Queue {
  readonly after: number;
  readonly texts: readonly Text[];
  /** Whether the log goes on after them. */
  readonly hasMore: boolean;
  readonly end: number;
  taken: number;
}

const textsBetween = (tx: Db, position: 'position' | 'sentPosition', after: number, end: number) =>
  tx
    .selectFrom('message')
    .select(['id', 'text', `${position} as at`])
    .where(position, '>', after)
    // More may have arrived meanwhile.
    .where(position, '<=', end)
    .orderBy(position)
    .limit(BATCH);

async function queueOf(
  after: number,
  end: number,
  select: (after: number, end: number) => ReturnType<typeof textsBetween>,
): Promise<Queue> {
  const texts = after < end ? await select(after, end).execute() : [];
  return { after, texts, hasMore: texts.length === BATCH, end, taken: 0 };
}

/** Takes messages from both queues in the order of their ids, which is that of their times. */
function takeOldest(...queues: readonly Queue[]): Text[] {
  const taken: Text[] = [];
  let characters = 0;
  while (characters < MAX_CHARACTERS) {
    const heads = queues.filter((queue) => queue.taken < queue.texts.length);
    // What follows an empty queue may be older than the others.
    const isUnknown = queues.some((queue) => !heads.includes(queue) && queue.hasMore);
    const [queue] = heads.toSorted((one, other) => (headOf(one).id < headOf(other).id ? -1 : 1));
    if (isUnknown || !queue) break;
    taken.push(headOf(queue));
    characters += headOf(queue).text.length;
    queue.taken += 1;
  }
  return taken;
}

const headOf = ({ texts, taken }: Queue): Text => texts[taken] as Text;

/** Returns the position through which a log is indexed. */
const throughOf = ({ after, texts, hasMore, end, taken }: Queue): number =>
  taken === texts.length && !hasMore ? end : (texts[taken - 1]?.at ?? after);
