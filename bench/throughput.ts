import { setTimeout as wait } from 'node:timers/promises';
import { withClient } from '../test/support/postgres-client.ts';
import type { Engine } from './engine.ts';
import { type Load, type Report, type Shape, startLoad } from './load.ts';
import { type Server, startServer } from './server.ts';
import type { Figures } from './table.ts';

/** One sender that waits for each answer: the latency without load. */
const UNLOADED: Shape = { senders: 1, inFlight: 1 };
/** More than the servers can handle, so that a queue always remains. */
const SATURATED: Shape = { senders: 8, inFlight: 32 };

interface Usage {
  readonly serverCpu: number;
  readonly engineCpu: number;
  readonly sent: number;
  readonly received: number;
}

interface Window extends Report {
  readonly seconds: number;
  readonly usage: Usage;
}

/** Measures sends and deliveries on one new database, for about this many seconds. */
export async function throughput(
  engine: Engine,
  serverCount: number,
  seconds: number,
): Promise<Figures> {
  const databaseUrl = await engine.newDatabase();
  await using stack = new AsyncDisposableStack();
  const servers: Server[] = [];
  for (let number = 0; number < serverCount; number += 1)
    servers.push(stack.use(await startServer(databaseUrl)));
  const load = stack.use(await startLoad(servers.map(({ url }) => url)));

  /** Warms up, measures for `seconds`, then lets every message arrive. */
  async function measure(
    shape: Shape,
    seconds: number,
    meanwhile = async (): Promise<void> => {},
  ): Promise<Window> {
    await load.start(shape);
    await wait((seconds / 2) * 1_000);
    const window = await windowOf(engine, servers, load, seconds);
    await meanwhile();
    await load.stop();
    return window;
  }

  const unloaded = await measure(UNLOADED, seconds / 3);
  let ringsPerNotification = Number.NaN;
  const saturated = await measure(SATURATED, seconds, async () => {
    if (engine.name === 'PostgreSQL')
      ringsPerNotification = await countRingsPerNotification(databaseUrl, seconds / 3);
  });
  return figures(unloaded, saturated, ringsPerNotification);
}

async function windowOf(
  engine: Engine,
  servers: readonly Server[],
  load: Load,
  seconds: number,
): Promise<Window> {
  const before = await usageSoFar(engine, servers);
  await load.count();
  const start = performance.now();
  await wait(seconds * 1_000);
  const report = await load.count();
  const measured = (performance.now() - start) / 1_000;
  const after = await usageSoFar(engine, servers);
  return {
    ...report,
    seconds: measured,
    usage: {
      serverCpu: after.serverCpu - before.serverCpu,
      engineCpu: after.engineCpu - before.engineCpu,
      sent: after.sent - before.sent,
      received: after.received - before.received,
    },
  };
}

async function usageSoFar(engine: Engine, servers: readonly Server[]): Promise<Usage> {
  const metrics = await Promise.all(servers.map((server) => server.metrics()));
  const total = (name: string) => metrics.reduce((sum, metric) => sum + metric(name), 0);
  return {
    serverCpu: total('process_cpu_seconds_total'),
    engineCpu: await engine.cpuSeconds(),
    sent: total('parley_doorbell_notifications_total{direction="sent"}'),
    received: total('parley_doorbell_notifications_total{direction="received"}'),
  };
}

/** Listens for notifications, and returns how many rings each carries on average. */
async function countRingsPerNotification(databaseUrl: string, seconds: number): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    let notifications = 0;
    let rings = 0;
    client.on('notification', ({ payload = '' }) => {
      notifications += 1;
      rings += payload.split('\n').length;
    });
    await client.query('listen parley');
    await wait(seconds * 1_000);
    return rings / notifications;
  });
}

function figures(unloaded: Window, saturated: Window, ringsPerNotification: number): Figures {
  const { usage, seconds, sends, deliveries } = saturated;
  const microseconds = (cpuSeconds: number) => (cpuSeconds / deliveries) * 1_000_000;
  return {
    'sends per second': sends / seconds,
    'deliveries per second': deliveries / seconds,
    'send under load, p50 ms': saturated.send.p50,
    'send under load, p99 ms': saturated.send.p99,
    'delivery under load, p50 ms': saturated.delivery.p50,
    'delivery under load, p99 ms': saturated.delivery.p99,
    'send without load, p50 ms': unloaded.send.p50,
    'send without load, p99 ms': unloaded.send.p99,
    'delivery without load, p50 ms': unloaded.delivery.p50,
    'server CPU per message, µs': microseconds(usage.serverCpu),
    'PostgreSQL CPU per message, µs': microseconds(usage.engineCpu),
    'total CPU per message, µs': microseconds(usage.serverCpu + usage.engineCpu),
    'load generator CPU per message, µs': microseconds(saturated.cpuSeconds),
    'NOTIFYs sent per second': usage.sent / seconds,
    'NOTIFYs received per second': usage.received / seconds,
    'NOTIFYs sent per delivery': usage.sent / deliveries,
    'NOTIFYs received per delivery': usage.received / deliveries,
    'rings sent per delivery': (usage.sent / deliveries) * ringsPerNotification,
  };
}
