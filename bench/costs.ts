import { measure, SUBJECTS, type Workload } from './compare.ts';
import type { PairsReport } from './pairs.ts';
import { formatted, markdown, quartiles } from './table.ts';

/** The workloads, one table each. Some only apply to GraphQL servers. */
const WORKLOADS: readonly (Workload & { readonly name: string; readonly graphqlOnly?: boolean })[] =
  [
    { name: 'one send at a time', pace: { window: 1 } },
    { name: '16 sends at a time', pace: { window: 16 } },
    { name: 'over HTTP, one at a time', pace: { window: 1 }, overHttp: true, graphqlOnly: true },
    {
      name: 'with ids and acknowledgements',
      pace: { window: 1 },
      ids: true,
      acknowledges: true,
      graphqlOnly: true,
    },
    { name: '750 sends per second', pace: { perSecond: 750 } },
  ];

/** The server that all others are compared with: no durable server can cost less. */
const BASE = 'limit 2: relay that stores';

const isGraphql = (name: string): boolean => /Mercurius|Yoga|Parley/.test(name);

/**
 * Measures the cost of a message for each server, and returns the tables as Markdown. The rounds
 * are interleaved, so that a disturbance of the machine affects all servers.
 */
export async function costs(rounds: number, seconds: number): Promise<string> {
  const reports = new Map<string, PairsReport[][]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, subject] of Object.entries(SUBJECTS)) {
      const workloads = WORKLOADS.filter(({ graphqlOnly }) => !graphqlOnly || isGraphql(name));
      const measured = await measure(subject, workloads, seconds);
      reports.set(name, [...(reports.get(name) ?? []), measured]);
    }
  }
  return WORKLOADS.map((workload) => tableOf(workload, reports)).join('\n\n');
}

function tableOf(
  { name: title, graphqlOnly }: (typeof WORKLOADS)[number],
  reports: ReadonlyMap<string, PairsReport[][]>,
): string {
  const names = [...reports.keys()].filter((name) => !graphqlOnly || isGraphql(name));
  const of = (name: string): PairsReport[] => {
    const workloads = WORKLOADS.filter((workload) => !workload.graphqlOnly || isGraphql(name));
    const index = workloads.findIndex((workload) => workload.name === title);
    return (reports.get(name) ?? []).flatMap((round) => round[index] ?? []);
  };
  const base = of(graphqlOnly ? (names[0] ?? '') : BASE);
  const rows = names.map((name) => {
    const measured = of(name);
    const figure = (key: keyof PairsReport) => quartiles(measured.map((report) => report[key]));
    const ratio = quartiles(
      measured.map(({ serverCpu }, round) => serverCpu / (base[round]?.serverCpu ?? Number.NaN)),
    );
    return [
      name,
      formatted(figure('serverCpu').median),
      `× ${formatted(ratio.median)} (${formatted(ratio.lower)}–${formatted(ratio.upper)})`,
      formatted(figure('p50').median),
      formatted(figure('p99').median),
      formatted(figure('p999').median),
      formatted(figure('perSecond').median),
      formatted(figure('ownCpu').median),
    ];
  });
  const head = [
    title,
    'server, µs',
    `ratio to ${graphqlOnly ? names[0] : 'limit 2'} (quartiles)`,
    'p50, ms',
    'p99, ms',
    'p99.9, ms',
    'messages per second',
    'generator, µs',
  ];
  return markdown([head, ...rows]);
}
