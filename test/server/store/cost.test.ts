import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { CompiledQuery, Kysely, KyselyPlugin, QueryId } from 'kysely';
import { expect, test } from 'vitest';
import { writeBatch } from '../../../server/domain/write.ts';
import { insertAccount } from '../../../server/store/account.ts';
import { conversationsOf, conversationsWith } from '../../../server/store/conversation.ts';
import { messagesBetween } from '../../../server/store/conversation-page.ts';
import { isPostgres } from '../../../server/store/database-name.ts';
import { messagesReceived, messagesSent, messageWithId } from '../../../server/store/message.ts';
import { openStore } from '../../../server/store/open.ts';
import { participantsWith } from '../../../server/store/participant.ts';
import type { Tables } from '../../../server/store/tables.ts';
import { newDatabase, query } from '../../support/database.ts';
import { withClient } from '../../support/postgres-client.ts';

/**
 * What Node's types do not know yet: the instructions that SQLite's machine ran for a statement.
 */
interface Measured {
  stat(counter: 'vmStep'): number;
}

/** A part of the plan that PostgreSQL has carried out; its rows are those of one loop. */
interface Step {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Step[];
}

const LIMIT = 20;
const NOW = 0;

const PAGE = { after: null, before: null, limit: LIMIT };

const PAGES: Record<string, (db: Kysely<Tables>) => Promise<unknown[]>> = {
  'a list of conversations': (db) => conversationsOf(db, 'alice', { after: null, limit: LIMIT }),
  'the beginning of a mailbox': (db) =>
    messagesReceived(db, 'alice', { after: null, limit: LIMIT }),
  'the middle of a mailbox': (db) => messagesReceived(db, 'alice', { after: 500, limit: LIMIT }),
  'the middle of a sent log': (db) => messagesSent(db, 'bob', { after: 500, limit: LIMIT }),
  'the beginning of a conversation': (db) => pagesOf(db, [false]),
  'the end of a conversation': (db) => pagesOf(db, [true]),
  'the ends of two conversations': (db) => pagesOf(db, [true, true]),
  'the state of two conversations': (db) => conversationsWith(db, 'alice', ['bob', 'carol']),
  'a message by its id': async (db) => {
    const [first] = await messagesReceived(db, 'alice', { after: 500, limit: 1 });
    return [await messageWithId(db, first?.id ?? '', 'alice')];
  },
};

/** Reads a page of each of Alice's first conversations, from the beginning or from the end. */
async function pagesOf(db: Kysely<Tables>, backward: readonly boolean[]): Promise<unknown[]> {
  const sides = await participantsWith(db, 'alice', ['bob', 'carol']);
  const pages = backward.map((each, index) => ({
    ...PAGE,
    backward: each,
    conversationId: sides[index]?.conversationId ?? '',
    accountId: 'alice',
    counterpartId: sides[index]?.counterpartId ?? '',
  }));
  return messagesBetween(db, pages);
}

test('a page costs the same out of 20,000 messages as out of 2,000', async () => {
  const databaseUrl = await newDatabase();
  await using store = await openStore(databaseUrl);
  for (const username of ['alice', 'bob', 'carol']) {
    await insertAccount(store.db, { id: username, username, passwordHash: '', createdAt: 0 });
  }
  let sent = 0;
  async function fill(count: number): Promise<void> {
    for (; sent < count; sent += 200) {
      const drafts = Array.from({ length: 200 }, (_, index) => ({
        senderId: index % 2 ? 'bob' : 'carol',
        to: 'alice',
        text: 'hello',
        clientMessageId: null,
      }));
      await writeBatch(store.db, drafts, Number.MAX_SAFE_INTEGER, NOW);
    }
    // PostgreSQL plans by what it knows of the tables, and would learn it in a minute by itself.
    if (isPostgres(databaseUrl)) await query(databaseUrl, 'vacuum analyze');
  }
  async function costs(): Promise<Record<string, number>> {
    const result: Record<string, number> = {};
    for (const [name, page] of Object.entries(PAGES)) {
      const statements = await statementsOf(store.db, page);
      const each = isPostgres(databaseUrl)
        ? await rowsRead(databaseUrl, statements)
        : stepsRun(databaseUrl, statements);
      result[name] = each.reduce((sum, cost) => sum + cost);
    }
    return result;
  }

  await fill(2_000);
  const small = await costs();
  await fill(20_000);
  const large = await costs();
  for (const [name, cost] of Object.entries(large))
    expect(cost, name).toBeLessThanOrEqual((small[name] ?? 0) * 1.5);
});

/** The statements that some work runs, as they are given to the engine. */
async function statementsOf(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<unknown[]>) {
  const statements: CompiledQuery[] = [];
  const transformed = new WeakMap<QueryId, CompiledQuery>();
  const recorder: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      transformed.set(queryId, db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    // A query within another is transformed too, but it has no result of its own.
    async transformResult({ queryId, result }) {
      const statement = transformed.get(queryId);
      if (statement) statements.push(statement);
      return result;
    },
  };
  expect((await work(db.withPlugin(recorder))).length).toBeGreaterThan(0);
  return statements;
}

/** How many instructions SQLite's machine runs for each. */
function stepsRun(databaseUrl: string, statements: readonly CompiledQuery[]): number[] {
  using engine = new DatabaseSync(databaseUrl.slice('file:'.length), { readOnly: true });
  return statements.map(({ sql, parameters }) => {
    const statement = engine.prepare(sql);
    statement.all(...(parameters as SQLInputValue[]));
    return (statement as unknown as Measured).stat('vmStep');
  });
}

/** How many rows PostgreSQL takes in hand for each, in all steps of its plan. */
const rowsRead = (databaseUrl: string, statements: readonly CompiledQuery[]): Promise<number[]> =>
  withClient(databaseUrl, async (client) => {
    const counts: number[] = [];
    for (const { sql, parameters } of statements) {
      const { rows } = await client.query(`explain (analyze, format json) ${sql}`, [...parameters]);
      counts.push(rowsOf(rows[0]['QUERY PLAN'][0].Plan));
    }
    return counts;
  });

function rowsOf({ Plans: parts = [], ...step }: Step): number {
  const own = (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'];
  return parts.map(rowsOf).reduce((sum, rows) => sum + rows, own);
}
