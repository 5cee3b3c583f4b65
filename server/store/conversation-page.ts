import { type SelectQueryBuilder, sql } from 'kysely';
import type { Page } from '../../schema/context.ts';
import type { Message } from '../../schema/model.ts';
import { selectMessages, toMessage } from './message.ts';
import { closedAccounts } from './removal.ts';
import type { Db, Tables } from './tables.ts';

/** A part of a conversation's messages. */
export interface ConversationPage extends Page<number> {
  readonly conversationId: string;
  readonly accountId: string;
  readonly counterpartId: string;
}

/** Returns the messages of each page, in order of conversationPosition, in one statement. */
export async function messagesBetween(
  db: Db,
  pages: readonly ConversationPage[],
): Promise<Message[][]> {
  const [first, ...others] = pages.map((page, index) => selectPage(db, page, index));
  if (!first) return [];
  const ids = [...new Set(pages.map(({ conversationId }) => conversationId))];
  const union = others.reduce((all, page) => all.unionAll(page), first);
  const rows = await selectMessages(db, union as never)
    .where('message.conversationId', 'in', ids)
    .execute();
  const found = Map.groupBy(rows, (row) => (row as unknown as { page: number }).page);
  return pages.map(({ backward }, index) => {
    const messages = (found.get(index) ?? []).map(toMessage);
    const direction = backward ? -1 : 1;
    return messages.sort(
      (one, other) => direction * (one.conversationPosition - other.conversationPosition),
    );
  });
}

/** Selects a page, and its index among those of the same statement. */
function selectPage(db: Db, page: ConversationPage, index: number) {
  const { accountId, counterpartId, limit, backward } = page;
  // The index has the messages of each sender in order. A conversation with oneself has one.
  const [side, ...others] = [...new Set([accountId, counterpartId])].map((senderId) =>
    selectPageFrom(db, senderId, page),
  );
  if (!side) throw new Error('A conversation has no account.');
  const sides = others.reduce((all, other) => all.unionAll(other), side);
  const selected = db
    .selectFrom(sides.as('message'))
    .selectAll()
    .select(sql.lit(index).as('page'))
    .orderBy('conversationPosition', backward ? 'desc' : 'asc')
    .limit(limit);
  return partOfUnion(db, selected);
}

/** Selects as many messages of one sender as a page has. */
function selectPageFrom(
  db: Db,
  senderId: string,
  { conversationId, after, before, limit, backward }: ConversationPage,
) {
  const page = db
    .selectFrom('message')
    .selectAll()
    .where('conversationId', '=', conversationId)
    .where('senderId', '=', senderId)
    .where('recipientId', 'not in', closedAccounts(db))
    .$if(after !== null, (query) => query.where('conversationPosition', '>', after))
    .$if(before !== null, (query) => query.where('conversationPosition', '<', before))
    .orderBy('conversationPosition', backward ? 'desc' : 'asc')
    .limit(limit);
  return partOfUnion(db, page);
}

/** SQLite takes a limit in a part of a union only inside of a subquery. */
const partOfUnion = <Row>(db: Db, part: SelectQueryBuilder<Tables, 'message', Row>) =>
  db.selectFrom(part.as('part')).selectAll();
