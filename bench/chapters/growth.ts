import { graphql, PARLEY_ANSWER } from '../load/graphql.ts';
import { measureLoad, type Report } from '../load/measure.ts';
import { barPlot } from '../report/plot.ts';
import { formatted, median } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import type { Engine } from '../servers/engine.ts';
import { startParleyFor } from '../servers/parley.ts';
import { type Running, usernames } from '../servers/subject.ts';
import { withoutAutovacuum } from '../store/autovacuum.ts';
import { fillDatabase, pairsOf } from '../store/fill.ts';
import type { Bench, Chapter } from './chapter.ts';

/** Pairs that write, spread evenly over all accounts. */
const PAIRS = 2_000;
/** Sends in progress, each of another pair. */
const IN_PROGRESS = 50;
const ROUNDS = 5;

interface Growth {
  readonly name: string;
  readonly empty: readonly Report[];
  readonly filled: readonly Report[];
}

/** What a message costs once there are many, compared with an empty store. */
export const growth: Chapter = {
  name: 'growth',
  title: 'Cost of a message in a large store',
  async run({ engines, quick, seconds }: Bench) {
    const [size, pairs] = quick ? [10_000, 200] : [1_000_000, PAIRS];
    const measured = [
      ...(await measureEngine(engines.sqlite, size, pairs, seconds)),
      ...(await withoutAutovacuum(await engines.postgres.newDatabase(), () =>
        measureEngine(engines.postgres, size, pairs, seconds),
      )),
    ];
    return { text: table(measured, size), plots: { growth: plot(measured, size) } };
  },
};

async function measureEngine(
  engine: Engine,
  size: number,
  pairCount: number,
  seconds: number,
): Promise<Growth[]> {
  const large = await engine.newDatabase();
  await fillDatabase(large, size);
  await using filled = await startParleyFor(pairsOf(size, pairCount), engine, large);
  const small = await engine.newDatabase();
  await using empty = await startParleyFor(usernames(pairCount), engine, small);

  const measureBoth = async (name: string): Promise<Growth> => {
    const reports: Record<'empty' | 'filled', Report[]> = { empty: [], filled: [] };
    // Their code is not yet compiled, and pages not cached.
    for (const server of [empty, filled]) await measureSpread(server, seconds);
    for (let round = 1; round <= ROUNDS; round += 1) {
      reports.empty.push(await measureSpread(empty, seconds));
      reports.filled.push(await measureSpread(filled, seconds));
    }
    return { name, ...reports };
  };

  const fresh = await measureBoth(`Parley, ${engine.name}`);
  if (!filled.analyze || !empty.analyze) return [fresh];
  await filled.analyze();
  await empty.analyze();
  return [fresh, await measureBoth(`Parley, ${engine.name} after ANALYZE`)];
}

const measureSpread = ({ url, pairs, cpu }: Running, seconds: number): Promise<Report> =>
  measureLoad({
    urls: { senders: url, receivers: url },
    dialect: graphql(PARLEY_ANSWER, {}),
    pairs,
    pace: { inProgress: IN_PROGRESS },
    seconds: 2 * seconds,
    cpu,
  });

const medianOf = (reports: readonly Report[], key: 'server' | 'database'): number =>
  median(reports.map((report) => report[key]));

const totalOf = (reports: readonly Report[]): number =>
  median(reports.map(({ server, database }) => server + database));

const table = (growths: readonly Growth[], size: number): string =>
  markdown([
    ['µs of CPU per message', 'empty store', `${size.toLocaleString('en')} messages`, 'ratio'],
    ...growths.flatMap(({ name, empty, filled }) =>
      (['server', 'database'] as const)
        .filter((part) => medianOf(filled, part) > 0)
        .map((part) => {
          const [before, after] = [medianOf(empty, part), medianOf(filled, part)];
          return [
            `${name}: ${part}`,
            formatted(before),
            formatted(after),
            `× ${formatted(after / before)}`,
          ];
        }),
    ),
  ]);

const plot = (growths: readonly Growth[], size: number): string =>
  barPlot({
    title: 'Microseconds of CPU per message, server and database together',
    series: ['empty store', `${size.toLocaleString('en')} messages`],
    rows: growths.map(({ name, empty, filled }) => ({
      label: name,
      values: [totalOf(empty), totalOf(filled)],
    })),
    format: (microseconds) => `${formatted(microseconds)} µs`,
  });
