import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCluster } from '../test/support/cluster.ts';
import { withClient } from '../test/support/postgres-client.ts';

/**
 * Something that keeps databases; whatever it started and wrote is gone when this is disposed of.
 */
export interface Engine extends AsyncDisposable {
  readonly name: string;
  /** Creates an empty database: its DATABASE_URL. */
  newDatabase(): Promise<string>;
  /**
   * CPU seconds that its own processes have used so far; not a number where that cannot be told.
   */
  cpuSeconds(): Promise<number>;
}

/** SQLite works within the server's process, and on files in a folder of ours. */
export async function sqlite(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  return {
    name: 'SQLite',
    newDatabase: async () => `file:${join(folder, `${randomUUID()}.db`)}`,
    cpuSeconds: async () => 0,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A PostgreSQL of the programs that npm has brought, with the settings that it has by itself. */
export async function postgres(): Promise<Engine> {
  const cluster = await newCluster();
  const { rows } = await withClient(cluster.url, (client) =>
    client.query("select pg_read_file('postmaster.pid')"),
  );
  const postmaster = Number.parseInt(rows[0].pg_read_file, 10);
  return {
    name: 'PostgreSQL',
    async newDatabase() {
      const name = `bench_${randomUUID().replaceAll('-', '')}`;
      await withClient(cluster.url, (client) => client.query(`create database ${name}`));
      return String(Object.assign(new URL(cluster.url), { pathname: name }));
    },
    cpuSeconds: () => cpuSecondsOfFamily(postmaster),
    [Symbol.asyncDispose]: cluster.remove,
  };
}

/** Linux counts CPU time in these, on every machine. */
const TICKS_PER_SECOND = 100;

/**
 * What a process has used, its children, and those that have ended and been waited for. Linux alone
 * tells.
 */
async function cpuSecondsOfFamily(parent: number): Promise<number> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (processes.length === 0) return Number.NaN;
  let ticks = 0;
  for (const pid of processes) {
    // One that has ended since counts for its parent.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name stands in parentheses, and may hold anything; the fields behind it are numbered in
    // proc(5) from 3 on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pid) !== parent && Number(fields[1]) !== parent) continue;
    for (const used of fields.slice(11, 15)) ticks += Number(used);
  }
  return ticks / TICKS_PER_SECOND;
}
