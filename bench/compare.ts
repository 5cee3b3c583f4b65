import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUp } from './accounts.ts';
import { type Dialect, graphql, type Habits, relay, socketIo } from './dialect.ts';
import { measurePairs, type Pace, type Pair, type PairsReport } from './pairs.ts';
import { type ServerProcess, startProcess } from './process.ts';
import { startServer } from './server.ts';

const PAIRS = 50;

/** A server to compare, and the dialect it speaks. */
interface Subject {
  dialect(habits: Habits): Dialect;
  start(folder: string): Promise<ServerProcess>;
  /** Signs up the users, and returns their tokens. */
  pairs(url: string): Promise<readonly Pair[]>;
}

/** The users of a server without accounts: a name is its own token. */
const USERS: readonly Pair[] = Array.from({ length: PAIRS }, (_, number) => ({
  sender: `sender${number}`,
  receiver: `receiver${number}`,
  to: `receiver${number}`,
}));

const peer = (script: string, dialect: Subject['dialect']): Subject => ({
  dialect,
  start: () => startProcess(`peers/${script}.ts`),
  pairs: async () => USERS,
});

const graphqlPeer = (script: string): Subject =>
  peer(script, (habits) => graphql('sentMessage { id }', habits));

const newFile = (folder: string): string => join(folder, `${crypto.randomUUID()}.db`);

export const SUBJECTS = {
  'limit 1: relay': peer('relay', () => relay),
  'limit 2: relay that stores': {
    ...peer('relay', () => relay),
    start: (folder) => startProcess('peers/relay.ts', [newFile(folder)]),
  },
  'Socket.IO': peer('socket-io', () => socketIo),
  'Mercurius, jit': graphqlPeer('mercurius'),
  'Yoga, graphql-ws': graphqlPeer('yoga'),
  'Parley, SQLite': {
    dialect: (habits) =>
      graphql('__typename ... on SendMessageSuccess { sentMessage { id } }', habits),
    start: (folder) => startServer(`file:${newFile(folder)}`),
    async pairs(url) {
      const pairs: Pair[] = [];
      for (const { sender, receiver, to } of USERS) {
        const [from, into] = await Promise.all([signUp(url, sender), signUp(url, receiver)]);
        pairs.push({ sender: from, receiver: into, to });
      }
      return pairs;
    },
  },
} satisfies Record<string, Subject>;

/** What clients do in one measurement. */
export interface Workload extends Habits {
  readonly pace: Pace;
  readonly overHttp?: boolean;
}

/** Starts a server on an empty store, and measures each workload on it. */
export async function measure(
  subject: Subject,
  workloads: readonly Workload[],
  seconds: number,
): Promise<PairsReport[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  try {
    await using server = await subject.start(folder);
    const { url, cpuSeconds } = server;
    const pairs = await subject.pairs(url);
    const reports: PairsReport[] = [];
    for (const { pace, overHttp = false, ...habits } of workloads) {
      const dialect = subject.dialect(habits);
      reports.push(
        await measurePairs({ url, dialect, pairs, pace, overHttp, seconds, cpuSeconds }),
      );
    }
    return reports;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
