import { measure, SUBJECTS, type Workload } from './compare.ts';
import type { PairsReport } from './pairs.ts';
import { formatted, markdown, quartiles } from './table.ts';

/** The workloads, one table each. */
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
/** The base of the workloads that only GraphQL servers can do. */
const GRAPHQL_BASE = 'Mercurius, jit';

const isGraphql = (server: string): boolean => /Mercurius|Yoga|Parley/.test(server);

/** The reports of each round, by server and workload. */
type Rounds = Map<string, Map<string, PairsReport[]>>;

/**
 * Measures the cost of a message for each server, and returns the tables as Markdown. The rounds
 * are interleaved, so that a disturbance of the machine affects all servers.
 */
export async function costs(rounds: number, seconds: number): Promise<string> {
  const reports: Rounds = new Map(Object.keys(SUBJECTS).map((server) => [server, new Map()]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [server, subject] of Object.entries(SUBJECTS)) {
      const workloads = WORKLOADS.filter(({ graphqlOnly }) => !graphqlOnly || isGraphql(server));
      const measured = await measure(subject, workloads, seconds);
      for (const [index, { name }] of workloads.entries()) {
        const ofWorkload = reports.get(server)?.get(name) ?? [];
        reports.get(server)?.set(name, [...ofWorkload, measured[index] as PairsReport]);
      }
    }
  }
  return WORKLOADS.map((workload) => tableOf(workload, reports)).join('\n\n');
}

function tableOf({ name, graphqlOnly }: (typeof WORKLOADS)[number], reports: Rounds): string {
  const base = graphqlOnly ? GRAPHQL_BASE : BASE;
  const baseCosts =
    reports
      .get(base)
      ?.get(name)
      ?.map(({ serverCpu }) => serverCpu) ?? [];
  const rows = [...reports].flatMap(([server, byWorkload]) => {
    const measured = byWorkload.get(name);
    return measured ? [rowOf(server, measured, baseCosts)] : [];
  });
  const head = [
    name,
    'server, µs',
    `ratio to ${base.split(':')[0]} (quartiles)`,
    'p50, ms',
    'p99, ms',
    'p99.9, ms',
    'messages per second',
    'generator, µs',
  ];
  return markdown([head, ...rows]);
}

function rowOf(
  server: string,
  measured: readonly PairsReport[],
  baseCosts: readonly number[],
): string[] {
  const median = (key: keyof PairsReport) =>
    formatted(quartiles(measured.map((report) => report[key])).median);
  const ratio = quartiles(
    measured.map(({ serverCpu }, round) => serverCpu / (baseCosts[round] ?? Number.NaN)),
  );
  return [
    server,
    median('serverCpu'),
    `× ${formatted(ratio.median)} (${formatted(ratio.lower)}–${formatted(ratio.upper)})`,
    median('p50'),
    median('p99'),
    median('p999'),
    median('perSecond'),
    median('ownCpu'),
  ];
}
