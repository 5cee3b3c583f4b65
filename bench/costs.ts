import { measure, SUBJECTS, type Work } from './compare.ts';
import type { PairsReport } from './pairs.ts';
import { aligned, quartiles, shown } from './table.ts';

/** The rows of the table: what all clients do meanwhile, and whether only GraphQL can do it. */
const WORKS: readonly (Work & { readonly name: string; readonly graphqlAlone?: boolean })[] = [
  { name: 'one send at a time', pace: { window: 1 } },
  { name: '16 sends at a time', pace: { window: 16 } },
  { name: 'over HTTP, one at a time', pace: { window: 1 }, overHttp: true, graphqlAlone: true },
  {
    name: 'with ids and acknowledgements',
    pace: { window: 1 },
    ids: true,
    acknowledges: true,
    graphqlAlone: true,
  },
  { name: '750 sends a second', pace: { perSecond: 750 } },
];

/** The server that all others are compared with: nothing durable can cost less. */
const BASE = 'limit 2: relay that stores';

const isGraphql = (name: string): boolean => /Mercurius|Yoga|Parley/.test(name);

/**
 * Measures what a message costs each server, in interleaved rounds, so that whatever else the
 * machine does meets all of them. Answers with the tables as Markdown.
 */
export async function costs(rounds: number, seconds: number): Promise<string> {
  const reports = new Map<string, PairsReport[][]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, subject] of Object.entries(SUBJECTS)) {
      const works = WORKS.filter(({ graphqlAlone }) => !graphqlAlone || isGraphql(name));
      const measured = await measure(subject, works, seconds);
      reports.set(name, [...(reports.get(name) ?? []), measured]);
    }
  }
  return WORKS.map((work) => tableOf(work, reports)).join('\n\n');
}

function tableOf(
  { name: title, graphqlAlone }: (typeof WORKS)[number],
  reports: ReadonlyMap<string, PairsReport[][]>,
): string {
  const names = [...reports.keys()].filter((name) => !graphqlAlone || isGraphql(name));
  const of = (name: string): PairsReport[] => {
    const works = WORKS.filter((work) => !work.graphqlAlone || isGraphql(name));
    const index = works.findIndex((work) => work.name === title);
    return (reports.get(name) ?? []).flatMap((round) => round[index] ?? []);
  };
  const base = of(graphqlAlone ? (names[0] ?? '') : BASE);
  const rows = names.map((name) => {
    const measured = of(name);
    const figure = (key: keyof PairsReport) => quartiles(measured.map((report) => report[key]));
    const ratio = quartiles(
      measured.map(({ serverCpu }, round) => serverCpu / (base[round]?.serverCpu ?? Number.NaN)),
    );
    return [
      name,
      shown(figure('serverCpu').median),
      `× ${shown(ratio.median)} (${shown(ratio.lower)}–${shown(ratio.upper)})`,
      shown(figure('p50').median),
      shown(figure('p99').median),
      shown(figure('p999').median),
      shown(figure('perSecond').median),
      shown(figure('ownCpu').median),
    ];
  });
  const head = [
    title,
    'server, µs',
    `ratio to ${graphqlAlone ? names[0] : 'limit 2'} (quartiles)`,
    'p50, ms',
    'p99, ms',
    'p99.9, ms',
    'messages a second',
    'generator, µs',
  ];
  return aligned([head, ...rows]);
}
