import { expect, onTestFailed, onTestFinished, vi } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { metricsOf, type RunningServer, startServer } from '../support/process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { TestClient } from '../support/test-client.ts';

/** Generous: hundreds of attacks share the cores with other tests. */
vi.setConfig({ testTimeout: 240_000 });

const MIB = 1_048_576;
/** A small heap, so that a large leak ends the server. */
const HEAP_LIMIT_MIB = 192;
/** Resident memory varies with the garbage collector, so only large growth counts. */
const RESIDENT_SLACK = 128 * MIB;
/**
 * TCP handles besides WebSockets: database, listener, idle connections of fetch. Attacks are far
 * more.
 */
const OTHER_CONNECTIONS = 64;
const TCP_SOCKETS = 'nodejs_active_resources{type="TCPSocketWrap"}';
/** pino's number for `error`; `fatal` is above it. */
const ERROR_LEVEL = 50;

/** Runs Node so that SIGUSR2 collects garbage: only then can heaps be compared. */
const WITH_GC = [
  'sh',
  '-c',
  `exec "$0" --expose-gc --max-old-space-size=${HEAP_LIMIT_MIB} \
--import 'data:text/javascript,process.on("SIGUSR2",()=>gc())' "$1"`,
];
/**
 * All attacks come from one address; most would be refused as too many, and so test nothing else.
 */
const UNLIMITED = Object.fromEntries(
  [
    'MAX_LOGINS_PER_QUARTER_HOUR',
    'MAX_LOGINS_PER_QUARTER_HOUR_PER_USERNAME',
    'MAX_LOGINS_PER_QUARTER_HOUR_PER_ADDRESS',
    'MAX_NEW_ACCOUNTS_PER_HOUR',
  ].map((name) => [name, '1000000000']),
);

/** A server process to attack, with alice and bob connected and another account, mallory. */
export interface Target {
  readonly url: string;
  readonly port: number;
  /** Seed of this round, from the one that is printed; set SEED to repeat it. */
  readonly seed: number;
  /** Logs mallory in and resolves with the session token. */
  logIn(): Promise<string>;
}

export interface Tolerance {
  /** MiB that the heap may grow after the first round, such as for caches. @default 4 */
  readonly heapGrowthMiB?: number;
}

/**
 * Runs an attack twice against a server process and checks that it did no harm: the process is
 * alive and ready, two connected clients still exchange messages in order, sockets and listeners
 * are counted down, memory does not grow from the first round to the second, and the log has no
 * fault.
 */
export async function withstands(
  attack: (target: Target) => Promise<void>,
  { heapGrowthMiB = 4 }: Tolerance = {},
): Promise<void> {
  const { seed } = seededRandom();
  const server = await startServer({ ...UNLIMITED, DATABASE_URL: await newDatabase() }, WITH_GC);
  onTestFailed(() => console.log(server.stderr()));
  const chat = chatServerAt(server.url);
  const { alice, bob } = await newClients(chat, ['alice', 'bob']);
  await chat.create('mallory');
  const { url } = server;
  const target = {
    url,
    port: Number(new URL(url).port),
    async logIn() {
      const mallory = await chat.login('mallory');
      mallory.close();
      return String(mallory.token);
    },
  };
  const talk = conversation(alice, bob);
  await talk();
  const before = await opened(url);

  await attack({ ...target, seed });
  await talk();
  const { heap, resident } = await memory(server);
  await attack({ ...target, seed: seed + 1 });
  await talk();

  await settled(url, before);
  await expect
    .poll(async () => (await memory(server)).heap)
    .toBeLessThan(heap + heapGrowthMiB * MIB);
  expect((await memory(server)).resident).toBeLessThan(resident + RESIDENT_SLACK);
  for (const path of ['healthz', 'readyz']) {
    expect((await fetch(`${url}/${path}`)).status).toBe(200);
  }
  for (const person of [alice, bob]) person.close();
  await settled(url, { sockets: 0, listeners: 0 });
  expect(faults(server)).toEqual([]);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
}

/**
 * Returns a check that can be repeated: alice's messages reach bob, all of them, in order, no
 * others.
 */
function conversation(alice: TestClient, bob: TestClient): () => Promise<void> {
  const reading = bob.read();
  const sent: string[] = [];
  onTestFinished(() => reading.inbox.close());
  return async () => {
    const texts = Array.from({ length: 5 }, (_, index) => `message ${sent.length + index}`);
    sent.push(...texts);
    await Promise.all(texts.map((text) => alice.send('bob', text)));
    const shown = await reading.shown(sent.length);
    expect(shown.map(({ text }) => text)).toEqual(sent);
  };
}

/** Reads the gauges of what the server holds open for clients. */
async function opened(url: string) {
  const metric = await metricsOf(url);
  return { sockets: metric('parley_sockets'), listeners: metric('parley_doorbell_listeners') };
}

/** Waits until the server holds open exactly this, and no connection of an attacker. */
async function settled(url: string, expected: Awaited<ReturnType<typeof opened>>): Promise<void> {
  await expect.poll(() => opened(url)).toEqual(expected);
  await expect
    .poll(async () => (await metricsOf(url))(TCP_SOCKETS))
    .toBeLessThan(expected.sockets + OTHER_CONNECTIONS);
}

/** Collects garbage, and reads the bytes of heap in use and of resident memory. */
async function memory({ pid, url }: RunningServer): Promise<{ heap: number; resident: number }> {
  process.kill(pid, 'SIGUSR2');
  // A signal is taken between requests: the next one comes after it.
  await fetch(`${url}/healthz`);
  const metric = await metricsOf(url);
  return {
    heap: metric('nodejs_heap_size_used_bytes'),
    resident: metric('process_resident_memory_bytes'),
  };
}

/** The lines of the log that report a fault. A line that is not JSON is one too. */
function faults(server: RunningServer): string[] {
  const isFault = (line: string) => !line.startsWith('{') || JSON.parse(line).level >= ERROR_LEVEL;
  return server
    .stderr()
    .split('\n')
    .filter((line) => line !== '' && isFault(line));
}
