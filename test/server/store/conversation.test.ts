import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { CompiledQuery, Kysely, KyselyPlugin, QueryId } from 'kysely';
import { expect, test } from 'vitest';
import { insertAccount } from '../../../server/store/account.ts';
import { appendMessages } from '../../../server/store/append.ts';
import { conversationsOf } from '../../../server/store/conversation.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Tables } from '../../../server/store/tables.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** What Node's types do not know yet: the instructions that SQLite's machine ran for a statement. */
interface Measured {
  stat(counter: 'vmStep'): number;
}

/** The statements that some work runs, as they are given to the engine. */
async function statementsOf(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<unknown>) {
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
  await work(db.withPlugin(recorder));
  return statements;
}

test('listing conversations costs the same in a mailbox of 20,000 messages as in one of 100', async () => {
  const file = join(await temporaryFolder(), 'parley.db');
  await using store = await openStore(`file:${file}`);
  for (const username of ['alice', 'bob', 'carol']) {
    await insertAccount(store.db, { id: username, username, passwordHash: '', createdAt: 0 });
  }
  let sent = 0;
  const fill = async (count: number): Promise<void> => {
    for (; sent < count; sent += 50) {
      const drafts = Array.from({ length: 50 }, (_, index) => ({
        senderId: index % 2 ? 'bob' : 'carol',
        to: 'alice',
        text: 'hello',
        clientMessageId: null,
      }));
      await appendMessages(store.db, drafts, Number.MAX_SAFE_INTEGER, 0);
    }
  };
  const engine = new DatabaseSync(file, { readOnly: true });
  const cost = async (): Promise<number> => {
    const list = (db: Kysely<Tables>) => conversationsOf(db, 'alice', { after: null, limit: 20 }, 0);
    const steps = (await statementsOf(store.db, list)).map(({ sql, parameters }) => {
      const statement = engine.prepare(sql);
      expect(statement.all(...(parameters as SQLInputValue[]))).toHaveLength(2);
      return (statement as unknown as Measured).stat('vmStep');
    });
    return steps.reduce((sum, count) => sum + count);
  };
  await fill(100);
  const small = await cost();
  await fill(20_000);
  expect(await cost()).toBeLessThanOrEqual(small * 1.1);
  engine.close();
});
