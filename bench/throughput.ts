import { setTimeout as wait } from 'node:timers/promises';
import { withClient } from '../test/support/postgres-client.ts';
import type { Engine } from './engine.ts';
import { type Load, type Report, type Shape, startLoad } from './load.ts';
import { type Server, startServer } from './server.ts';
import type { Figures } from './table.ts';

/** One sender who waits for each answer: how quick it is when nobody else is there. */
const ALONE: Shape = { senders: 1, inFlight: 1 };
/** More than is carried, so that something is always waiting. */
const CROWD: Shape = { senders: 8, inFlight: 32 };

interface Costs {
  readonly serverCpu: number;
  readonly engineCpu: number;
  readonly sent: number;
  readonly received: number;
}

interface Window extends Report {
  readonly seconds: number;
  readonly costs: Costs;
}

/**
 * Measures sending and delivering with so many servers over one new database, for about so many
 * seconds.
 */
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

  /** Lets the load run for a while, counts over the next, and lets everything arrive. */
  async function measure(
    shape: Shape,
    seconds: number,
    meanwhile = async (): Promise<void> => {},
  ): Promise<Window> {
    await load.write(shape);
    await wait((seconds / 2) * 1_000);
    const window = await windowOf(engine, servers, load, seconds);
    await meanwhile();
    await load.stop();
    return window;
  }

  const alone = await measure(ALONE, seconds / 3);
  let ringsPerNotification = Number.NaN;
  const crowd = await measure(CROWD, seconds, async () => {
    if (engine.name === 'PostgreSQL')
      ringsPerNotification = await listenIn(databaseUrl, seconds / 3);
  });
  return figures(alone, crowd, ringsPerNotification);
}

async function windowOf(
  engine: Engine,
  servers: readonly Server[],
  load: Load,
  seconds: number,
): Promise<Window> {
  const before = await costsSoFar(engine, servers);
  await load.count();
  const start = performance.now();
  await wait(seconds * 1_000);
  const report = await load.count();
  const measured = (performance.now() - start) / 1_000;
  const after = await costsSoFar(engine, servers);
  return {
    ...report,
    seconds: measured,
    costs: {
      serverCpu: after.serverCpu - before.serverCpu,
      engineCpu: after.engineCpu - before.engineCpu,
      sent: after.sent - before.sent,
      received: after.received - before.received,
    },
  };
}

async function costsSoFar(engine: Engine, servers: readonly Server[]): Promise<Costs> {
  const metrics = await Promise.all(servers.map((server) => server.metrics()));
  const total = (name: string) => metrics.reduce((sum, metric) => sum + metric(name), 0);
  return {
    serverCpu: total('process_cpu_seconds_total'),
    engineCpu: await engine.cpuSeconds(),
    sent: total('parley_doorbell_notifications_total{direction="sent"}'),
    received: total('parley_doorbell_notifications_total{direction="received"}'),
  };
}

/** How many rings a notification carries, as one more who listens to them counts. */
async function listenIn(databaseUrl: string, seconds: number): Promise<number> {
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

function figures(alone: Window, crowd: Window, ringsPerNotification: number): Figures {
  const { costs, seconds, sends, deliveries } = crowd;
  const microseconds = (cpuSeconds: number) => (cpuSeconds / deliveries) * 1_000_000;
  return {
    'sends per second': sends / seconds,
    'deliveries per second': deliveries / seconds,
    'a send among many, p50 ms': crowd.send.p50,
    'a send among many, p99 ms': crowd.send.p99,
    'a delivery among many, p50 ms': crowd.delivery.p50,
    'a delivery among many, p99 ms': crowd.delivery.p99,
    'a send alone, p50 ms': alone.send.p50,
    'a send alone, p99 ms': alone.send.p99,
    'a delivery alone, p50 ms': alone.delivery.p50,
    'CPU of the servers per message, µs': microseconds(costs.serverCpu),
    'CPU of PostgreSQL per message, µs': microseconds(costs.engineCpu),
    'CPU of both per message, µs': microseconds(costs.serverCpu + costs.engineCpu),
    'CPU of the load per message, µs': microseconds(crowd.cpuSeconds),
    'NOTIFYs sent per second': costs.sent / seconds,
    'NOTIFYs received per second': costs.received / seconds,
    'NOTIFYs sent per delivery': costs.sent / deliveries,
    'NOTIFYs received per delivery': costs.received / deliveries,
    'rings sent per delivery': (costs.sent / deliveries) * ringsPerNotification,
  };
}
