import { expect } from 'vitest';
import { chatServerAt } from './chat.ts';
import { judge, NO_VIOLATIONS } from './history.ts';
import { generateLoad, type Load } from './load.ts';
import { type RunningServer, startServer } from './process.ts';
import { openReader } from './reader.ts';
import type { SeededRandom } from './seeded-random.ts';
import { overEvents, overWebSocket } from './stream.ts';
import type { TestClient } from './test-client.ts';

/** One of several servers over one database. It restarts at the same address. */
export interface FleetServer {
  readonly url: string;
  /** Resolves with its URL once it is up. */
  up(): Promise<string>;
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts a server for each URL. The URLs may be different routes to one database. */
export const startFleet = (
  databaseUrls: readonly string[],
  settings: Record<string, string> = {},
): Promise<FleetServer[]> =>
  Promise.all(
    databaseUrls.map(async (databaseUrl) => {
      const all = { ...settings, DATABASE_URL: databaseUrl };
      let server: RunningServer = await startServer(all);
      const { url } = server;
      let up = Promise.resolve(url);
      return {
        url,
        up: () => up,
        async restart(signal) {
          up = server.end(signal).then(async () => {
            server = await startServer({ ...all, PORT: new URL(url).port });
            return url;
          });
          await up;
        },
      };
    }),
  );

const WRITERS = ['sue', 'sam', 'sid', 'sol', 'sky', 'san'];
const RECIPIENTS = ['ann', 'ben', 'eve'];

/**
 * Sends messages through all servers while `disturb` injects a fault, and expects that no promise
 * was broken. Each recipient reads with our client at one server and a plain stream at another.
 */
export async function expectNothingLost(
  fleet: readonly FleetServer[],
  random: SeededRandom,
  disturb: (load: Load, writers: readonly TestClient[]) => Promise<void>,
): Promise<void> {
  const at = (index: number) => fleet[index % fleet.length] as FleetServer;
  for (const name of [...WRITERS, ...RECIPIENTS]) await chatServerAt(at(0).url).create(name);
  const login = (name: string, index: number) => chatServerAt(at(index).url).login(name);

  const writers = await Promise.all(WRITERS.map(login));
  const recipients = await Promise.all(RECIPIENTS.map(login));
  const reading = recipients.map((recipient) => recipient.read());
  const readers = await Promise.all(
    recipients.map(({ token, username }, index) =>
      openReader({
        transport: index % 2 === 0 ? overWebSocket : overEvents,
        server: at(index + 1).up,
        token,
        mailbox: username,
      }),
    ),
  );

  const load = generateLoad(writers, RECIPIENTS, random);
  await load.waitForMore(50);
  await disturb(load, writers);
  await load.waitForMore(100);
  await load.stop();
  await Promise.all([
    ...reading.map((each, index) => each.shown(load.countFor(RECIPIENTS[index] ?? ''))),
    ...readers.map((reader) => reader.reaches(load.countFor(reader.mailbox))),
  ]);

  console.log(`${load.acknowledged.length} messages acknowledged`);
  const clients = reading.map(({ messages }, index) => ({
    mailbox: RECIPIENTS[index] ?? '',
    after: 0,
    streams: [messages],
  }));
  const verdict = judge({ ...load, readers: [...clients, ...readers] });
  expect({ seed: random.seed, ...verdict }).toEqual({ seed: random.seed, ...NO_VIOLATIONS });
}
