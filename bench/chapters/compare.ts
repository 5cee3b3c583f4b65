import type { Habits } from '../load/dialect.ts';
import { type Load, measureLoad, type Report } from '../load/measure.ts';
import type { Pace } from '../load/pace.ts';
import type { Running, Subject } from '../servers/subject.ts';
import type { Bench } from './chapter.ts';

/**
 * How long a server works before it is measured. V8 compiles its code meanwhile, which takes Parley
 * about eight seconds and a tenth of the processor time.
 */
const WARM_UP_SECONDS = 10;

/** Independent senders, each with a receiver of its own. */
export const PAIRS = 50;

/** What clients do in one measurement. */
export interface Workload extends Habits {
  readonly name: string;
  readonly pace: Pace;
  readonly overHttp?: boolean;
}

/** The reports of each round, by server and workload. */
export type Reports = ReadonlyMap<string, ReadonlyMap<string, readonly Report[]>>;

/**
 * Measures each workload at each server, on a new store in each round, and with `analyzes` once
 * more after its database was analyzed. The rounds are interleaved, so that a disturbance of the
 * machine affects all servers.
 */
export async function compare(
  { quick, rounds, seconds }: Pick<Bench, 'quick' | 'rounds' | 'seconds'>,
  servers: readonly Subject[],
  workloads: readonly Workload[],
  { analyzes = false } = {},
): Promise<Reports> {
  const reports = new Map<string, Map<string, Report[]>>();
  const add = (server: string, workload: string, report: Report): void => {
    const ofServer = reports.get(server) ?? new Map<string, Report[]>();
    reports.set(server, ofServer.set(workload, [...(ofServer.get(workload) ?? []), report]));
  };
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of servers) {
      await using running = await subject.start(PAIRS);
      const measure = async (name: string) => {
        for (const workload of workloads)
          add(name, workload.name, await measureAt(running, subject, workload, seconds));
      };
      await measureAt(running, subject, { pace: { window: 1 } }, quick ? 1 : WARM_UP_SECONDS);
      await measure(subject.name);
      if (!analyzes || !running.analyze) continue;
      await running.analyze();
      await measure(`${subject.name} after ANALYZE`);
    }
  }
  return reports;
}

/** Measures one workload at a server that runs. */
export function measureAt(
  { url, pairs, cpu }: Running,
  subject: Subject,
  { pace, overHttp, careful }: Omit<Workload, 'name'>,
  seconds: number,
  load: Partial<Load> = {},
): Promise<Report> {
  const urls = { senders: url, receivers: url };
  const dialect = subject.dialect({ careful });
  return measureLoad({ urls, dialect, pairs, pace, overHttp, careful, seconds, cpu, ...load });
}
