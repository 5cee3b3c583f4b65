import { formatted, median } from '../report/statistics.ts';
import { markdown } from '../report/table.ts';
import type { Engine } from '../servers/engine.ts';
import { startParley } from '../servers/parley.ts';
import { PEERS } from '../servers/peers.ts';
import type { Bench, Chapter } from './chapter.ts';

const TIMES = 7;

/** How long a server takes until it listens, on a new store and on one that it knows. */
export const startup: Chapter = {
  name: 'startup',
  title: 'Time to start',
  async run({ engines, quick }: Bench) {
    const times = quick ? 1 : TIMES;
    const rows: string[][] = [];
    for (const { name, start } of PEERS)
      rows.push([name, await medianOf(times, () => start(0)), '']);
    for (const engine of [engines.sqlite, engines.postgres])
      rows.push([`Parley, ${engine.name}`, ...(await ofParley(engine, times))]);
    return { text: markdown([['ms until it listens', 'new store', 'again'], ...rows]) };
  },
};

async function ofParley(engine: Engine, times: number): Promise<string[]> {
  const known = await engine.newDatabase();
  await (await startParley(known))[Symbol.asyncDispose]();
  return [
    await medianOf(times, async () => startParley(await engine.newDatabase())),
    await medianOf(times, () => startParley(known)),
  ];
}

async function medianOf(
  times: number,
  start: () => Promise<AsyncDisposable & { readonly startMs: number }>,
): Promise<string> {
  const taken: number[] = [];
  for (let count = 0; count < times; count += 1) {
    await using server = await start();
    taken.push(server.startMs);
  }
  return formatted(median(taken));
}
