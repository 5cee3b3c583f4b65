import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCluster } from '../../test/support/cluster.ts';
import { withClient } from '../../test/support/postgres-client.ts';
import { cpuOfTree } from './cpu.ts';

/** A database engine. Disposing of it ends its processes and removes its files. */
export interface Engine extends AsyncDisposable {
  readonly name: string;
  /** Creates an empty database, and returns its DATABASE_URL. */
  newDatabase(): Promise<string>;
  /** CPU seconds used by its own processes so far. */
  cpuSeconds(): Promise<number>;
}

/** The engines of one run. */
export interface Engines {
  readonly sqlite: Engine;
  readonly postgres: Engine;
}

/** SQLite, with files in a temporary folder. It runs within the server's process. */
export async function openSqlite(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  return {
    name: 'SQLite',
    newDatabase: async () => `file:${join(folder, `${randomUUID()}.db`)}`,
    cpuSeconds: async () => 0,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The PostgreSQL that npm installed, with its default settings. */
export async function openPostgres(): Promise<Engine> {
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
    cpuSeconds: () => cpuOfTree(postmaster),
    [Symbol.asyncDispose]: cluster.remove,
  };
}
