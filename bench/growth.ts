import {
  AccountsMatching,
  Conversation,
  Conversations,
  SendMessage,
  ShownMessage,
} from '../client/core/documents.ts';
import { graphql } from '../client/core/graphql.ts';
import { testClientAt } from '../test/support/test-client.ts';
import { login } from './accounts.ts';
import type { Engine } from './engine.ts';
import { fill } from './fill.ts';
import { startServer } from './server.ts';
import { type Figures, median } from './table.ts';

const PAGE = 50;
/**
 * How often each question is asked. The first round does not count: the code is not compiled yet,
 * nor the pages read.
 */
const TIMES = 21;
/** What takes long is not asked that often. */
const LONG_MS = 1_500;

const Pending = graphql(
  `
    query Pending($first: Int) {
      pendingMessages(first: $first) { edges { node { ...ShownMessage } } pageInfo { hasNextPage endCursor } }
    }
  `,
  [ShownMessage],
);

/** Measures what a client waits for with so many messages and as many accounts in the store. */
export async function growth(engine: Engine, size: number): Promise<Figures> {
  const databaseUrl = await engine.newDatabase();
  const { viewer, friend, acquaintance, stranger } = await fill(databaseUrl, size);
  await using server = await startServer(databaseUrl);
  const person = testClientAt(server.url, await login(server.url, viewer), viewer);
  using _leaving = { [Symbol.dispose]: () => person.close() };

  const search = (matching: string, expected: number) => async () => {
    const { accounts } = await person.ask(AccountsMatching, { matching, first: PAGE });
    check(accounts.edges.length >= expected);
  };
  const conversation = (username: string) => async () => {
    const page = await person.ask(Conversation, { with: username, last: PAGE });
    check(page.conversation.edges.length === PAGE);
  };
  const questions: Record<string, () => Promise<void>> = {
    'pendingMessages(first: 50)': async () => {
      const { pendingMessages } = await person.ask(Pending, { first: PAGE });
      check(pendingMessages.edges.length === PAGE);
    },
    'conversations(first: 50)': async () => {
      const { conversations } = await person.ask(Conversations, { first: PAGE });
      check(conversations.edges.length > 0);
    },
    'conversation(with:, last: 50), half of all': conversation(friend),
    'conversation(with:, last: 50), a short one': conversation(acquaintance),
    'accounts, a term that all names hold': search('person', PAGE),
    'accounts, a term that few names hold': search(stranger.slice(-7, -1), 1),
    'accounts, a term that no name holds': search('nobody-has-this', 0),
    'accounts, a beginning (abc*)': search(`${stranger.slice(0, -2)}*`, 1),
    sendMessage: async () => {
      const input = { to: friend, text: 'One more.', clientMessageId: crypto.randomUUID() };
      const { sendMessage } = await person.ask(SendMessage, { input });
      check(sendMessage.__typename === 'SendMessageSuccess');
    },
  };
  const figures: Record<string, number> = {};
  for (const _round of ['first', 'second']) {
    for (const [name, ask] of Object.entries(questions))
      figures[`${name}, ms`] = await medianMs(ask);
  }
  return figures;
}

async function medianMs(ask: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let left = LONG_MS; times.length < TIMES && left > 0; ) {
    const start = performance.now();
    await ask();
    const took = performance.now() - start;
    times.push(took);
    left -= took;
  }
  return median(times);
}

function check(holds: boolean): void {
  if (!holds) throw new Error('The answer is not what the store was filled with.');
}
