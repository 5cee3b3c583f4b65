import { graphql, PARLEY_ANSWER } from '../load/graphql.ts';
import { type Load, measureLoad, type Report } from '../load/measure.ts';
import { formatted } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import { cpuOf } from '../servers/cpu.ts';
import type { Engine } from '../servers/engine.ts';
import { metricsAt } from '../servers/metrics.ts';
import { startParley, startParleyFor } from '../servers/parley.ts';
import { usernames } from '../servers/subject.ts';
import type { Bench, Chapter } from './chapter.ts';
import { highestRate } from './highest-rate.ts';

/** People who write on their own, each to someone else. */
const INDEPENDENT = 50;
/** Few who write as fast as they can, such as programs. */
const BUSY = 8;
const WINDOW = 32;

interface Measured extends Report {
  readonly notifies: number;
}

/** How many messages a server can take, from many who write independently or from few. */
export const capacity: Chapter = {
  name: 'capacity',
  title: 'Capacity',
  async run({ engines, quick }: Bench) {
    const seconds = quick ? 1 : 4;
    const rows: string[][] = [];
    for (const [engine, servers] of [
      [engines.sqlite, 1],
      [engines.postgres, 1],
      [engines.postgres, 2],
    ] as const) {
      const name = `${engine.name}, ${servers} ${servers === 1 ? 'server' : 'servers'}`;
      const independent = await withServers(engine, servers, INDEPENDENT, (measure) =>
        highestRate((perSecond) => measure({ pace: { perSecond }, seconds })),
      );
      rows.push([`${name}: independent senders`, ...cells(independent)]);
      const busy = await withServers(engine, servers, BUSY, (measure) =>
        measure({ pace: { window: WINDOW }, seconds }),
      );
      rows.push([`${name}: few busy senders`, ...cells(busy)]);
    }
    return { text: markdown([HEAD, ...rows]) };
  },
};

const HEAD = [
  '',
  'messages per second',
  'p50, ms',
  'p99, ms',
  'server, µs',
  'database, µs',
  'at 70 % of a core',
  'NOTIFYs per second',
];

const cells = ({ perSecond, p50, p99, server, database, notifies }: Measured): string[] =>
  [perSecond, p50, p99, server, database, (0.7 * 1_000_000) / server, notifies].map(formatted);

type Measure = (load: Pick<Load, 'pace' | 'seconds'>) => Promise<Measured>;

/** Starts servers on one database. No sender shares a server with its receiver, if there are two. */
async function withServers<Result>(
  engine: Engine,
  count: 1 | 2,
  pairCount: number,
  work: (measure: Measure) => Promise<Result>,
): Promise<Result> {
  const databaseUrl = await engine.newDatabase();
  await using first = await startParleyFor(usernames(pairCount), engine, databaseUrl);
  await using second = count === 2 ? await startParley(databaseUrl) : undefined;
  const servers = second ? [first, second] : [first];
  const cpu = async () => ({
    server: await sum(servers.map(({ pid }) => cpuOf(pid))),
    database: await engine.cpuSeconds(),
  });
  const notifies = () =>
    sum(
      servers.map(async ({ url }) =>
        (await metricsAt(url))('parley_doorbell_notifications_total{direction="sent"}'),
      ),
    );
  return await work(async ({ pace, seconds }) => {
    const [before, start] = [await notifies(), performance.now()];
    const report = await measureLoad({
      urls: { senders: first.url, receivers: (second ?? first).url },
      dialect: graphql(PARLEY_ANSWER, { careful: true }),
      careful: true,
      pairs: first.pairs,
      pace,
      seconds,
      cpu,
    });
    const elapsed = (performance.now() - start) / 1_000;
    return { ...report, notifies: ((await notifies()) - before) / elapsed };
  });
}

const sum = async (numbers: readonly Promise<number>[]): Promise<number> =>
  (await Promise.all(numbers)).reduce((total, number) => total + number, 0);
