import { AccountsMatching } from '../../client/core/documents/account.ts';
import { Conversation, Conversations } from '../../client/core/documents/conversation.ts';
import { SendMessage, ShownMessage } from '../../client/core/documents/message.ts';
import { graphql } from '../../client/core/graphql.ts';
import { type TestClient, testClientAt } from '../../test/support/test-client.ts';
import { formatted, median } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import type { Engine } from '../servers/engine.ts';
import { startParley } from '../servers/parley.ts';
import { beginSessions } from '../store/accounts.ts';
import { type Filled, fillDatabase, SHORT } from '../store/fill.ts';
import type { Bench, Chapter } from './chapter.ts';

const PAGE = 50;
/**
 * How often each operation is measured. A round before it does not count: code is not yet compiled
 * then, and pages not cached.
 */
const TIMES = 21;
/** Slow operations are measured less often, within this time. */
const LONG_MS = 1_500;

const Pending = graphql(
  `
    query Pending($first: Int) {
      pendingMessages(first: $first) { edges { node { ...ShownMessage } } pageInfo { hasNextPage endCursor } }
    }
  `,
  [ShownMessage],
);

/** How long reads take as the store grows. */
export const reads: Chapter = {
  name: 'reads',
  title: 'Response times by number of messages',
  async run({ engines, quick }: Bench) {
    const sizes = quick ? [10_000] : [10_000, 100_000, 1_000_000];
    const columns: { head: string; figures: Figures }[] = [];
    for (const engine of [engines.sqlite, engines.postgres]) {
      for (const size of sizes)
        columns.push({
          head: `${engine.name} ${size.toLocaleString('en')}`,
          figures: await measure(engine, size),
        });
    }
    return {
      text: markdown([
        ['ms', ...columns.map(({ head }) => head)],
        ...Object.keys(columns[0]?.figures ?? {}).map((name) => [
          name,
          ...columns.map(({ figures }) => formatted(figures[name] ?? Number.NaN)),
        ]),
      ]),
    };
  },
};

/** Milliseconds by operation. */
type Figures = Readonly<Record<string, number>>;

async function measure(engine: Engine, size: number): Promise<Figures> {
  const databaseUrl = await engine.newDatabase();
  const filled = await fillDatabase(databaseUrl, size);
  const [token] = await beginSessions(databaseUrl, [filled.viewer]);
  await using server = await startParley(databaseUrl);
  const client = testClientAt(server.url, token, filled.viewer);
  using _closing = { [Symbol.dispose]: () => client.close() };
  const figures: Record<string, number> = {};
  for (const _round of ['first', 'second']) {
    for (const [name, run] of Object.entries(operations(client, filled)))
      figures[name] = await medianMs(run);
  }
  return figures;
}

/** The operations of the viewer, each of which checks its answer. */
function operations(
  client: TestClient,
  { friend, acquaintance, stranger }: Filled,
): Record<string, () => Promise<void>> {
  const search = (matching: string, expected: number) => async () => {
    const { accounts } = await client.ask(AccountsMatching, { matching, first: PAGE });
    check(accounts.edges.length >= expected);
  };
  const conversation = (username: string, expected: number) => async () => {
    const page = await client.ask(Conversation, { with: username, last: PAGE });
    check((page.conversation?.messages.edges.length ?? 0) >= expected);
  };
  return {
    'pendingMessages(first: 50)': async () => {
      const { pendingMessages } = await client.ask(Pending, { first: PAGE });
      check(pendingMessages?.edges.length === PAGE);
    },
    'conversations(first: 50)': async () => {
      const { conversations } = await client.ask(Conversations, { first: PAGE });
      check((conversations?.edges.length ?? 0) > 0);
    },
    'conversation(with:, last: 50), long': conversation(friend, PAGE),
    'conversation(with:, last: 50), short': conversation(acquaintance, SHORT),
    'accounts, a term in every username': search('person', PAGE),
    'accounts, a term in few usernames': search(stranger.slice(-7, -1), 1),
    'accounts, a term in no username': search('nobody-has-this', 0),
    'accounts, a prefix (abc*)': search(`${stranger.slice(0, -2)}*`, 1),
    sendMessage: async () => {
      const input = { to: friend, text: 'One more.', clientMessageId: crypto.randomUUID() };
      const { sendMessage } = await client.ask(SendMessage, { input });
      check(sendMessage.__typename === 'SendMessageSuccess');
    },
  };
}

async function medianMs(run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let left = LONG_MS; times.length < TIMES && left > 0; ) {
    const start = performance.now();
    await run();
    const took = performance.now() - start;
    times.push(took);
    left -= took;
  }
  return median(times);
}

function check(holds: boolean): void {
  if (!holds) throw new Error('An answer does not match the stored data.');
}
