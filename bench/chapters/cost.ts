import { GRAPHQL_BASE, LIMIT } from '../servers/peers.ts';
import type { Subject } from '../servers/subject.ts';
import type { Bench, Chapter } from './chapter.ts';
import { compare, type Workload } from './compare.ts';
import { costPlot, costTable } from './cost-report.ts';

/** The cost of a message: what all servers can do, and what only those of GraphQL can. */
export const COST_CHAPTERS: readonly Chapter[] = [
  chapter('cost', 'Cost of a message', LIMIT, [
    { name: 'one send in progress', pace: { window: 1 } },
    { name: '16 sends in progress', pace: { window: 16 } },
  ]),
  chapter('http', 'Cost of a message that is sent over HTTP', GRAPHQL_BASE, [
    { name: 'over HTTP', pace: { window: 1 }, overHttp: true },
  ]),
  chapter('clients', 'Cost of a message between real clients', GRAPHQL_BASE, [
    { name: 'with ids and acknowledgements', pace: { window: 1 }, careful: true },
  ]),
];

function chapter(
  name: string,
  title: string,
  base: string,
  workloads: readonly Workload[],
): Chapter {
  const canDo = ({ speaksGraphql }: Subject) => base === LIMIT || speaksGraphql;
  return {
    name,
    title,
    async run(bench: Bench) {
      const reports = await compare(bench, bench.subjects.filter(canDo), workloads, {
        analyzes: true,
      });
      return {
        text: workloads.map((workload) => costTable(workload.name, base, reports)).join('\n\n'),
        plots: {
          [name]: costPlot(
            title,
            workloads.map(({ name }) => name),
            base,
            reports,
          ),
        },
      };
    },
  };
}
