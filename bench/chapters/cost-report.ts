import type { Report } from '../load/measure.ts';
import { barPlot } from '../report/plot.ts';
import { formatted, median, quartiles } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import type { Reports } from './compare.ts';

const shortName = (server: string): string => server.split(':')[0] ?? server;

/** The median of a figure over the rounds. */
const medianOf = (reports: readonly Report[], key: keyof Report): number =>
  median(reports.map((report) => report[key]));

/** The ratio to the base in each round. */
const ratios = (reports: readonly Report[], base: readonly Report[]): number[] =>
  reports.map(
    ({ server, database }, round) => (server + database) / (base[round]?.server ?? Number.NaN),
  );

/** One row for each server. The ratio counts the database, where it is a process of its own. */
export function costTable(workload: string, base: string, reports: Reports): string {
  const ofBase = reports.get(base)?.get(workload) ?? [];
  const rows = [...reports].map(([server, byWorkload]) => {
    const measured = byWorkload.get(workload) ?? [];
    const ratio = quartiles(ratios(measured, ofBase));
    return [
      server,
      formatted(medianOf(measured, 'server')),
      formatted(medianOf(measured, 'database')),
      `× ${formatted(ratio.median)}`,
      `${formatted(ratio.lower)}–${formatted(ratio.upper)}`,
      formatted(medianOf(measured, 'perSecond')),
      formatted(medianOf(measured, 'p50')),
      formatted(medianOf(measured, 'p99')),
      `${formatted(100 * medianOf(measured, 'generatorShare'))} %`,
    ];
  });
  const head = [
    workload,
    'server, µs',
    'database, µs',
    `ratio to ${shortName(base)}`,
    'quartiles',
    'messages per second',
    'p50, ms',
    'p99, ms',
    'load generator',
  ];
  return markdown([head, ...rows]);
}

/** The ratios of all servers, with a bar for each workload. */
export function costPlot(
  title: string,
  workloads: readonly string[],
  base: string,
  reports: Reports,
): string {
  const rows = [...reports].map(([server, byWorkload]) => ({
    label: server,
    values: workloads.map((workload) =>
      median(ratios(byWorkload.get(workload) ?? [], reports.get(base)?.get(workload) ?? [])),
    ),
  }));
  return barPlot({
    title: `${title}: CPU relative to ${shortName(base)}`,
    series: workloads,
    rows,
    format: (ratio) => `× ${formatted(ratio)}`,
  });
}
