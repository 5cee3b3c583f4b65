import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUp } from './accounts.ts';
import { type Dialect, graphql, type Habits, relay, socketIo } from './dialect.ts';
import { measurePairs, type Pace, type Pair, type PairsReport } from './pairs.ts';
import { type Peer, startPeer } from './peers.ts';
import { UNLIMITED } from './server.ts';

const PAIRS = 50;

/** A server that is compared, and how it is spoken to. */
interface Subject {
  dialect(habits: Habits): Dialect;
  start(folder: string): Promise<Peer>;
  /** The tokens of its users, who are made known to the server. */
  pairs(url: string): Promise<readonly Pair[]>;
}

/** Senders and receivers of a server that has no accounts: a name is its own token. */
const strangers: readonly Pair[] = Array.from({ length: PAIRS }, (_, number) => ({
  sender: `sender${number}`,
  receiver: `receiver${number}`,
  to: `receiver${number}`,
}));

const peer = (script: string, dialect: Subject['dialect']): Subject => ({
  dialect,
  start: () => startPeer(`peers/${script}.ts`),
  pairs: async () => strangers,
});

const graphqlPeer = (script: string): Subject =>
  peer(script, (habits) => graphql('sentMessage { id }', habits));

const newFile = (folder: string): string => join(folder, `${crypto.randomUUID()}.db`);

export const SUBJECTS = {
  'limit 1: relay': peer('relay', () => relay),
  'limit 2: relay that stores': {
    ...peer('relay', () => relay),
    start: (folder) => startPeer('peers/relay.ts', [newFile(folder)]),
  },
  'Socket.IO': peer('socket-io', () => socketIo),
  'Mercurius, jit': graphqlPeer('mercurius'),
  'Yoga, graphql-ws': graphqlPeer('yoga'),
  'Parley, SQLite': {
    dialect: (habits) =>
      graphql('__typename ... on SendMessageSuccess { sentMessage: message { id } }', habits),
    start: (folder) =>
      startPeer('../server/main.ts', [], {
        ...UNLIMITED,
        DATABASE_URL: `file:${newFile(folder)}`,
      }),
    async pairs(url) {
      const pairs: Pair[] = [];
      for (const { sender, receiver, to } of strangers) {
        const [from, into] = await Promise.all([signUp(url, sender), signUp(url, receiver)]);
        pairs.push({ sender: from, receiver: into, to });
      }
      return pairs;
    },
  },
} satisfies Record<string, Subject>;

/** What is asked of a server, one after another, while it runs. */
export interface Work extends Habits {
  readonly pace: Pace;
  readonly overHttp?: boolean;
}

/** Starts a server over an empty store, and measures each work on it. */
export async function measure(
  subject: Subject,
  works: readonly Work[],
  seconds: number,
): Promise<PairsReport[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  try {
    await using server = await subject.start(folder);
    const { url, cpuSeconds } = server;
    const pairs = await subject.pairs(url);
    const reports: PairsReport[] = [];
    for (const { pace, overHttp = false, ...habits } of works) {
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
