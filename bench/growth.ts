import { AccountsMatching } from '../client/core/documents/account.ts';
import { Conversation, Conversations } from '../client/core/documents/conversation.ts';
import { SendMessage, ShownMessage } from '../client/core/documents/message.ts';
import { graphql } from '../client/core/graphql.ts';
import { testClientAt } from '../test/support/test-client.ts';
import { login } from './accounts.ts';
import type { Engine } from './engine.ts';
import { fillDatabase } from './fill.ts';
import { startServer } from './server.ts';
import { type Figures, median } from './table.ts';

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

/** Measures response times with this many messages, and as many accounts, in the store. */
export async function growth(engine: Engine, size: number): Promise<Figures> {
  const databaseUrl = await engine.newDatabase();
  const { viewer, friend, acquaintance, stranger } = await fillDatabase(databaseUrl, size);
  await using server = await startServer(databaseUrl);
  const client = testClientAt(server.url, await login(server.url, viewer), viewer);
  using _closing = { [Symbol.dispose]: () => client.close() };

  const search = (matching: string, expected: number) => async () => {
    const { accounts } = await client.ask(AccountsMatching, { matching, first: PAGE });
    check(accounts.edges.length >= expected);
  };
  const conversation = (username: string) => async () => {
    const page = await client.ask(Conversation, { with: username, last: PAGE });
    check(page.conversation?.messages.edges.length === PAGE);
  };
  const operations: Record<string, () => Promise<void>> = {
    'pendingMessages(first: 50)': async () => {
      const { pendingMessages } = await client.ask(Pending, { first: PAGE });
      check(pendingMessages?.edges.length === PAGE);
    },
    'conversations(first: 50)': async () => {
      const { conversations } = await client.ask(Conversations, { first: PAGE });
      check((conversations?.edges.length ?? 0) > 0);
    },
    'conversation(with:, last: 50), long': conversation(friend),
    'conversation(with:, last: 50), short': conversation(acquaintance),
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
  const figures: Record<string, number> = {};
  for (const _round of ['first', 'second']) {
    for (const [name, run] of Object.entries(operations))
      figures[`${name}, ms`] = await medianMs(run);
  }
  return figures;
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
