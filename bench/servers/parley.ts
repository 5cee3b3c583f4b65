import { withClient } from '../../test/support/postgres-client.ts';
import type { Pair } from '../load/clients.ts';
import { graphql, PARLEY_ANSWER } from '../load/graphql.ts';
import { beginSessions } from '../store/accounts.ts';
import { cpuOf } from './cpu.ts';
import type { Engine } from './engine.ts';
import { type ServerProcess, startProcess } from './process.ts';
import { type Running, type Subject, usernames } from './subject.ts';

/** Lifts the limits that the load would reach. */
const UNLIMITED = Object.fromEntries(
  [
    'MAX_SENDS_PER_MINUTE',
    'MAX_OPERATIONS_PER_SECOND',
    'MAX_OPERATIONS_PER_SECOND_PER_ADDRESS',
    'MAX_OPERATIONS_PER_ADDRESS',
    'MAX_OPERATIONS_PER_SOCKET',
    'MAX_SOCKETS_PER_ADDRESS',
    'MAX_CONNECTIONS_PER_ADDRESS',
    'MAX_PENDING_MESSAGES',
  ].map((name) => [name, '1000000000']),
);

/** Parley with this database. */
export const parley = (engine: Engine): Subject => ({
  name: `Parley, ${engine.name}`,
  speaksGraphql: true,
  dialect: (habits) => graphql(PARLEY_ANSWER, habits),
  start: async (pairCount) =>
    startParleyFor(usernames(pairCount), engine, await engine.newDatabase()),
});

/** Starts a server on a database, with a session for each of these users. */
export async function startParleyFor(
  users: readonly { readonly sender: string; readonly receiver: string }[],
  engine: Engine,
  databaseUrl: string,
): Promise<Running> {
  const tokens = await beginSessions(
    databaseUrl,
    users.flatMap(({ sender, receiver }) => [sender, receiver]),
  );
  const pairs = users.map(({ receiver }, number): Pair => {
    const [sender = '', into = ''] = tokens.slice(2 * number, 2 * number + 2);
    return { sender, receiver: into, to: receiver };
  });
  const server = await startParley(databaseUrl);
  return {
    ...server,
    pairs,
    cpu: async () => ({
      server: await cpuOf(server.pid),
      database: await engine.cpuSeconds(),
    }),
    ...(engine.name === 'PostgreSQL' && { analyze: () => analyze(databaseUrl) }),
  };
}

/** Starts a server on a database, and waits until it listens. */
export const startParley = (databaseUrl: string): Promise<ServerProcess> =>
  startProcess('../server/main.ts', [], {
    ...UNLIMITED,
    NODE_OPTIONS: process.env.NODE_OPTIONS,
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
  });

const analyze = (databaseUrl: string): Promise<void> =>
  withClient(databaseUrl, async (client) => void (await client.query('analyze')));
