import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql, PEER_ANSWER } from '../load/graphql.ts';
import { relay } from '../load/relay.ts';
import { socketIo } from '../load/socket-io.ts';
import { cpuOf } from './cpu.ts';
import { startProcess } from './process.ts';
import { type Running, type Subject, usernames } from './subject.ts';

/** The server that all others are compared with: no durable server can cost less. */
export const LIMIT = 'Limit 2: relay that stores';
/** The server that GraphQL servers are compared with. */
export const GRAPHQL_BASE = 'Mercurius + jit';

/** The servers that Parley is compared with, from the least that is possible on. */
export const PEERS: readonly Subject[] = [
  {
    name: 'Limit 1: relay',
    speaksGraphql: false,
    dialect: () => relay,
    start: (pairCount) => startPeer('relay', pairCount),
  },
  { name: LIMIT, speaksGraphql: false, dialect: () => relay, start: startStoringRelay },
  {
    name: 'Socket.IO',
    speaksGraphql: false,
    dialect: () => socketIo,
    start: (pairCount) => startPeer('socket-io', pairCount),
  },
  graphqlPeer(GRAPHQL_BASE, 'mercurius'),
  graphqlPeer('Yoga + graphql-ws', 'yoga'),
  graphqlPeer('Apollo + graphql-ws', 'apollo'),
];

function graphqlPeer(name: string, script: string): Subject {
  return {
    name,
    speaksGraphql: true,
    dialect: (habits) => graphql(PEER_ANSWER, habits),
    start: (pairCount) => startPeer(script, pairCount),
  };
}

async function startPeer(
  script: string,
  pairCount: number,
  args: readonly string[] = [],
): Promise<Running> {
  const server = await startProcess(`peers/${script}.ts`, args);
  return {
    ...server,
    // There are no accounts: a name is its own token.
    pairs: usernames(pairCount).map((names) => ({ ...names, to: names.receiver })),
    cpu: async () => ({ server: await cpuOf(server.pid), database: 0 }),
  };
}

async function startStoringRelay(pairCount: number): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const server = await startPeer('relay', pairCount, [join(folder, 'relay.db')]);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
