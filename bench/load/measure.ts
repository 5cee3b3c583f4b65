import { setTimeout as wait } from 'node:timers/promises';
import type { Cpu } from '../servers/cpu.ts';
import {
  type Link,
  openHttpSender,
  openReceiver,
  openSender,
  type Pair,
  type Receiver,
} from './clients.ts';
import type { Dialect } from './dialect.ts';
import { type Pace, startSending } from './pace.ts';
import { newTally, type Tally } from './tally.ts';

export interface Load {
  /** The servers of the senders and of the receivers. */
  readonly urls: { readonly senders: string; readonly receivers: string };
  readonly dialect: Dialect;
  readonly pairs: readonly Pair[];
  readonly pace: Pace;
  /** Length of the measurement. A warm-up of half the length precedes it. */
  readonly seconds: number;
  readonly overHttp?: boolean | undefined;
  readonly careful?: boolean | undefined;
  /** CPU seconds used so far. */
  cpu(): Promise<Cpu>;
}

/** What a message costs, and how long its sender waits. */
export interface Report {
  readonly perSecond: number;
  /** Microseconds of the server's CPU per message: received, answered and delivered. */
  readonly server: number;
  /** The same for PostgreSQL's processes. */
  readonly database: number;
  /** The same for this process, which generates the load, and its share of a core. */
  readonly generator: number;
  readonly generatorShare: number;
  /** The server's share of a core. */
  readonly serverShare: number;
  /** Milliseconds from a send to its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Sends that were not yet answered at the end. */
  readonly unanswered: number;
}

const ARRIVES_WITHIN_MS = 30_000;
/** Connections opened at the same time. */
const OPENED_AT_ONCE = 50;

/**
 * Makes each sender send to its own receiver, and measures. Fails if a message is refused, lost,
 * repeated or out of order.
 */
export async function measureLoad(load: Load): Promise<Report> {
  const tally = newTally();
  using opened = new DisposableStack();
  opened.defer(() => {
    tally.sending = false;
  });
  return await Promise.race([run(load, tally, opened), tally.failed]);
}

async function run(load: Load, tally: Tally, opened: DisposableStack): Promise<Report> {
  const { urls, dialect, pairs, overHttp, careful, pace, seconds } = load;
  const link = (url: string): Link => ({ url, dialect, careful, tally, opened });
  const receivers = await openReceivers(link(urls.receivers), pairs);
  const openOne = overHttp ? openHttpSender : openSender;
  const senders = await inBatches(pairs, (pair) => openOne(link(urls.senders), pair));
  // A subscription is not answered, and peers store nothing for one that starts too late.
  await wait(300);
  startSending(senders, pace, tally);
  await wait(seconds * 500);
  const report = await measureWindow(load, tally);
  tally.sending = false;
  await untilAllArrive(tally);
  await Promise.all(receivers.map((receiver) => receiver.settle()));
  return report;
}

/** Opens the receiver of each pair. */
export const openReceivers = (link: Link, pairs: readonly Pair[]): Promise<Receiver[]> =>
  inBatches(pairs, ({ receiver }) => openReceiver(link, receiver));

async function inBatches<Item, Result>(
  items: readonly Item[],
  open: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += OPENED_AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + OPENED_AT_ONCE).map(open))));
  return results;
}

async function measureWindow({ seconds, cpu }: Load, tally: Tally): Promise<Report> {
  const before = { cpu: await cpu(), own: process.cpuUsage(), at: performance.now() };
  const { delivered } = tally;
  tally.waits = [];
  await wait(seconds * 1_000);
  const elapsed = performance.now() - before.at;
  const { user, system } = process.cpuUsage(before.own);
  const after = await cpu();
  const unanswered = tally.sent - tally.answered;
  const messages = tally.delivered - delivered;
  const waits = Float64Array.from(tally.waits).sort();
  const quantile = (part: number) => waits[Math.floor(waits.length * part)] ?? Number.NaN;
  const used = after.server - before.cpu.server;
  return {
    perSecond: (messages / elapsed) * 1_000,
    server: (used / messages) * 1_000_000,
    database: ((after.database - before.cpu.database) / messages) * 1_000_000,
    generator: (user + system) / messages,
    generatorShare: (user + system) / 1_000 / elapsed,
    serverShare: (used * 1_000) / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
    unanswered,
  };
}

async function untilAllArrive(tally: Tally): Promise<void> {
  const end = performance.now() + ARRIVES_WITHIN_MS;
  while (tally.delivered < tally.sent || tally.answered < tally.sent) {
    if (performance.now() > end)
      throw new Error(`Of ${tally.sent} messages, ${tally.delivered} arrived.`);
    await wait(10);
  }
}
