import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { openReceivers } from '../load/measure.ts';
import { newTally } from '../load/tally.ts';
import { barPlot } from '../report/plot.ts';
import { formatted } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import { memoryOf } from '../servers/cpu.ts';
import type { Subject } from '../servers/subject.ts';
import type { Bench, Chapter } from './chapter.ts';
import { measureAt, PAIRS } from './compare.ts';

/** Connections that only wait, if the limits on open files allow. */
const IDLE = 5_000;
/** Open files that a server needs besides. */
const OTHER_FILES = 500;

interface Figures {
  readonly server: string;
  readonly megabytes: Readonly<Record<'started' | 'idle' | 'busy' | 'peak', number>>;
  readonly perConnection: number;
  readonly idleCpu: number;
  readonly idleDatabaseCpu: number;
}

/** What a server holds and does while nobody writes, and how much it holds while many do. */
export const memory: Chapter = {
  name: 'memory',
  title: 'Memory, and CPU while nobody writes',
  async run(bench: Bench) {
    const count = bench.quick ? 200 : Math.min(IDLE, (await openFilesLimit()) - OTHER_FILES);
    const figures: Figures[] = [];
    for (const subject of bench.subjects) figures.push(await measure(subject, count, bench));
    const base = figures.find(({ server }) => server.startsWith('Limit 1'))?.perConnection;
    return { text: table(figures, count, base ?? Number.NaN), plots: { memory: plot(figures) } };
  },
};

async function measure(subject: Subject, count: number, bench: Bench): Promise<Figures> {
  const idle = await measureIdle(subject, count, bench.quick ? 2 : 20);
  await using running = await subject.start(PAIRS);
  await measureAt(running, subject, { pace: { window: 16 } }, 2 * bench.seconds);
  const { now: busy, peak } = await memoryOf(running.pid);
  return { ...idle, server: subject.name, megabytes: { ...idle.megabytes, busy, peak } };
}

async function measureIdle(subject: Subject, count: number, seconds: number) {
  await using running = await subject.start(count);
  const { url, pid, pairs } = running;
  const { now: started } = await memoryOf(pid);
  using opened = new DisposableStack();
  const tally = newTally();
  await openReceivers({ url, dialect: subject.dialect({}), tally, opened }, pairs);
  await wait(seconds * 200);
  const before = await running.cpu();
  await Promise.race([wait(seconds * 1_000), tally.failed]);
  const after = await running.cpu();
  const { now: idle } = await memoryOf(pid);
  return {
    megabytes: { started, idle },
    perConnection: ((idle - started) / count) * 1_024,
    idleCpu: (100 * (after.server - before.server)) / seconds,
    idleDatabaseCpu: (100 * (after.database - before.database)) / seconds,
  };
}

async function openFilesLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
}

const table = (figures: readonly Figures[], count: number, base: number): string =>
  markdown([
    [
      'MB',
      'started',
      `${count.toLocaleString('en')} connections`,
      'busy',
      'peak',
      'KB per connection',
      'above limit 1',
      'idle CPU',
      "database's",
    ],
    ...figures.map(({ server, megabytes, perConnection, idleCpu, idleDatabaseCpu }) => [
      server,
      ...(['started', 'idle', 'busy', 'peak'] as const).map((key) => formatted(megabytes[key])),
      formatted(perConnection),
      formatted(perConnection - base),
      `${formatted(idleCpu)} %`,
      `${formatted(idleDatabaseCpu)} %`,
    ]),
  ]);

const plot = (figures: readonly Figures[]): string =>
  barPlot({
    title: 'Memory of a connection that waits for messages',
    series: ['KB'],
    rows: figures.map(({ server, perConnection }) => ({ label: server, values: [perConnection] })),
    format: (kilobytes) => `${formatted(kilobytes)} KB`,
  });
