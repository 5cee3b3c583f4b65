import type { Report } from '../load/measure.ts';
import { barPlot } from '../report/plot.ts';
import { formatted, median } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import { GRAPHQL_BASE, LIMIT } from '../servers/peers.ts';
import type { Bench, Chapter } from './chapter.ts';
import { compare, type Workload } from './compare.ts';

/** Messages per second, by all senders together. */
const RATES: readonly Workload[] = [250, 750, 1_500].map((perSecond) => ({
  name: perSecond.toLocaleString('en'),
  pace: { perSecond },
}));
const COMPARED = [LIMIT, GRAPHQL_BASE, 'Parley'];

/** How long senders wait who do not wait for each other. */
export const rates: Chapter = {
  name: 'rates',
  title: 'Response times at fixed rates',
  async run(bench: Bench) {
    const servers = bench.subjects.filter(({ name }) =>
      COMPARED.some((compared) => name.startsWith(compared)),
    );
    const length = bench.quick ? { rounds: 1, seconds: 1 } : { rounds: 3, seconds: 4 };
    const reports = await compare({ ...bench, ...length }, servers, RATES);
    const cases = [...reports].flatMap(([server, byRate]) =>
      [...byRate].map(([rate, measured]) => ({ server, rate, measured })),
    );
    return {
      text: markdown([
        [
          'server',
          'messages per second',
          'p50, ms',
          'p99, ms',
          'p99.9, ms',
          "server's core",
          'load generator',
        ],
        ...cases.map(({ server, rate, measured }) => [server, rate, ...cells(measured)]),
      ]),
      plots: { rates: plot(cases) },
    };
  },
};

const medianOf = (reports: readonly Report[], key: keyof Report) =>
  median(reports.map((report) => report[key]));

const cells = (reports: readonly Report[]): string[] => [
  ...(['p50', 'p99', 'p999'] as const).map((key) => formatted(medianOf(reports, key))),
  ...(['serverShare', 'generatorShare'] as const).map(
    (key) => `${formatted(100 * medianOf(reports, key))} %`,
  ),
];

interface Case {
  readonly server: string;
  readonly rate: string;
  readonly measured: readonly Report[];
}

const plot = (cases: readonly Case[]): string =>
  barPlot({
    title: 'Milliseconds until a send is answered, by messages per second',
    series: ['median', '99th percentile'],
    rows: cases.map(({ server, rate, measured }) => ({
      label: `${server.split(':')[0]}, ${rate}`,
      values: [medianOf(measured, 'p50'), medianOf(measured, 'p99')],
    })),
    format: (milliseconds) => `${formatted(milliseconds)} ms`,
  });
