import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Dialect } from './dialect.ts';

/** A sender's and a receiver's token, and the receiver's username. */
export interface Pair {
  readonly sender: string;
  readonly receiver: string;
  readonly to: string;
}

/**
 * When senders send: with `window` sends in progress each, or at random moments, `perSecond` by all
 * senders together, without waiting for answers.
 */
export type Pace = { readonly window: number } | { readonly perSecond: number };

export interface PairsOptions {
  readonly url: string;
  readonly dialect: Dialect;
  readonly pairs: readonly Pair[];
  readonly pace: Pace;
  /** Length of the measurement. A warm-up of half the length precedes it. */
  readonly seconds: number;
  /** CPU seconds used by the server so far. */
  cpuSeconds(): Promise<number>;
  /** Sends over HTTP, on one connection per sender. @default false */
  readonly overHttp?: boolean;
}

/** The cost of a message for the server, and the latency of sends. */
export interface PairsReport {
  readonly perSecond: number;
  /** Microseconds of the server's CPU per message: received, answered and delivered. */
  readonly serverCpu: number;
  /** The same for this process, which sends and receives. */
  readonly ownCpu: number;
  /** Milliseconds from a send to its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const TEXT = 'x'.repeat(100);
const ARRIVES_WITHIN_MS = 10_000;

/** The state of one measurement. */
interface Tally {
  sent: number;
  delivered: number;
  /** Milliseconds from each send to its answer, since the last reset. */
  waits: number[];
  sending: boolean;
  /** Rejects at the first error. */
  readonly failed: PromiseWithResolvers<never>;
}

/**
 * Makes each sender send to its own receiver, and measures. Fails if a message is refused, lost,
 * repeated or out of order.
 */
export async function measurePairs(options: PairsOptions): Promise<PairsReport> {
  const tally: Tally = {
    sent: 0,
    delivered: 0,
    waits: [],
    sending: true,
    failed: Promise.withResolvers<never>(),
  };
  tally.failed.promise.catch(() => {});
  const sockets: WebSocket[] = [];
  try {
    return await Promise.race([run(options, tally, sockets), tally.failed.promise]);
  } finally {
    tally.sending = false;
    for (const socket of sockets) socket.close();
  }
}

async function run(
  options: PairsOptions,
  tally: Tally,
  sockets: WebSocket[],
): Promise<PairsReport> {
  const { pairs, seconds, pace } = options;
  const senders = await Promise.all(
    pairs.map(async ({ sender, receiver, to }) => {
      sockets.push(await openReceiver(options, tally, receiver));
      return options.overHttp
        ? openHttpSender(options, tally, sender, to)
        : openSender(options, tally, sender, to, sockets);
    }),
  );
  // A subscription is not answered, and peers store nothing for one that starts too late.
  await wait(300);
  for (const send of senders) {
    if ('window' in pace) for (let count = 0; count < pace.window; count += 1) send(repeat(send));
    else sendAtRandom(send, pairs.length / pace.perSecond, tally);
  }

  await wait(seconds * 500);
  const report = await measure(options, tally);
  tally.sending = false;
  await untilAllArrive(tally);
  return report;

  function repeat(send: Send): () => void {
    return () => tally.sending && send(repeat(send));
  }
}

async function measure({ seconds, cpuSeconds }: PairsOptions, tally: Tally): Promise<PairsReport> {
  const [cpu, own, start, delivered] = [
    await cpuSeconds(),
    process.cpuUsage(),
    performance.now(),
    tally.delivered,
  ];
  tally.waits = [];
  await wait(seconds * 1_000);
  const messages = tally.delivered - delivered;
  const waits = Float64Array.from(tally.waits).sort();
  const quantile = (part: number) => waits[Math.floor(waits.length * part)] ?? Number.NaN;
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond: (messages / (performance.now() - start)) * 1_000,
    serverCpu: (((await cpuSeconds()) - cpu) / messages) * 1_000_000,
    ownCpu: (user + system) / messages,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
  };
}

async function untilAllArrive(tally: Tally): Promise<void> {
  const end = performance.now() + ARRIVES_WITHIN_MS;
  while (tally.delivered < tally.sent) {
    if (performance.now() > end)
      throw new Error(`${tally.sent - tally.delivered} messages did not arrive.`);
    await wait(10);
  }
}

/** Sends one message, and calls `answered` at its answer. */
type Send = (answered: () => void) => void;

/** Sends as a Poisson process, with this many seconds between two sends on average. */
function sendAtRandom(send: Send, seconds: number, tally: Tally): void {
  setTimeout(
    () => {
      if (!tally.sending) return;
      send(() => {});
      sendAtRandom(send, seconds, tally);
    },
    -Math.log(1 - Math.random()) * seconds * 1_000,
  );
}

async function openReceiver(
  options: PairsOptions,
  tally: Tally,
  token: string,
): Promise<WebSocket> {
  const { dialect } = options;
  let last = 0;
  const socket = await connect(options, tally, token, (arrival) => {
    if (!('position' in arrival)) return;
    const { position } = arrival;
    if (last > 0 && position !== last + 1)
      throw new Error(`Expected position ${last + 1}, received ${position}.`);
    last = position;
    tally.delivered += 1;
    if (dialect.acknowledge) socket.send(dialect.acknowledge(position, position));
  });
  if (dialect.subscribe) socket.send(dialect.subscribe);
  return socket;
}

async function openSender(
  options: PairsOptions,
  tally: Tally,
  token: string,
  to: string,
  sockets: WebSocket[],
): Promise<Send> {
  const pending = new Map<number, () => void>();
  const socket = await connect(options, tally, token, (arrival) => {
    if ('answerTo' in arrival) pending.get(arrival.answerTo)?.();
  });
  sockets.push(socket);
  let count = 0;
  return (answered) => {
    count += 1;
    const number = count;
    const start = performance.now();
    pending.set(number, () => {
      pending.delete(number);
      tally.waits.push(performance.now() - start);
      answered();
    });
    tally.sent += 1;
    socket.send(options.dialect.send(number, to, TEXT));
  };
}

function openHttpSender(
  { url, dialect }: PairsOptions,
  tally: Tally,
  token: string,
  to: string,
): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return (answered) => {
    const start = performance.now();
    tally.sent += 1;
    const body = dialect.body?.(to, TEXT) ?? '';
    request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => {
        tally.waits.push(performance.now() - start);
        answered();
      });
    })
      .once('error', (error) => tally.sending && tally.failed.reject(error))
      .end(body);
  };
}

async function connect(
  { dialect, url }: PairsOptions,
  { failed }: Tally,
  token: string,
  onArrival: (arrival: { answerTo: number } | { position: number }) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(dialect.url(url, token), dialect.protocol ?? [], {
    perMessageDeflate: false,
  });
  const greeted = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    try {
      const arrival = dialect.read(String(data));
      if (arrival === 'greeted') greeted.resolve();
      else if (arrival && 'reply' in arrival) socket.send(arrival.reply);
      else if (arrival) onArrival(arrival);
    } catch (error) {
      failed.reject(error);
    }
  });
  socket.on('error', failed.reject);
  // At the end this process closes them itself, when the promise is no longer awaited.
  socket.on('close', (code) => failed.reject(new Error(`A socket was closed with ${code}.`)));
  await once(socket, 'open');
  const greeting = dialect.greet(token);
  if (greeting !== '') {
    socket.send(greeting);
    await Promise.race([greeted.promise, failed.promise]);
  }
  return socket;
}
