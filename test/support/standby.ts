import { execFile } from 'node:child_process';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type Cluster, newFolder, openCluster } from './cluster.ts';
import { withClient } from './postgres-client.ts';

/** A replica of another cluster. */
export interface Standby extends Cluster {
  /** Makes it accept writes, with everything that it has received. */
  promote(): Promise<void>;
}

const NAME = 'standby';

/**
 * Makes a replica of a cluster, which restarts, and makes its commits wait for that replica. The
 * copy is of a stopped cluster, since pg_basebackup does not come with npm.
 */
export async function newStandby(primary: Cluster): Promise<Standby> {
  await primary.crash();
  const folder = await newFolder();
  await promisify(execFile)('cp', ['-a', `${primary.data.folder}/.`, folder]);
  await primary.start();
  await followPrimary(folder, primary.url);
  const standby = await openCluster({ folder, user: primary.data.user });
  await makeSynchronous(primary);
  return {
    ...standby,
    promote: () =>
      withClient(standby.url, async (client) => void (await client.query('select pg_promote()'))),
  };
}

async function followPrimary(folder: string, primary: string): Promise<void> {
  const { hostname, port, username, password } = new URL(primary);
  const address = `host=${hostname} port=${port} user=${username} password=${password}`;
  await rm(join(folder, 'postmaster.pid'), { force: true });
  await writeFile(join(folder, 'standby.signal'), '');
  await appendFile(
    join(folder, 'postgresql.auto.conf'),
    `primary_conninfo = '${address} application_name=${NAME}'\n`,
  );
}

async function makeSynchronous({ url }: Cluster): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`alter system set synchronous_standby_names = '${NAME}'`);
    await client.query('select pg_reload_conf()');
  });
  const replicas = () =>
    withClient(url, (client) =>
      client.query("select 1 from pg_stat_replication where sync_state = 'sync'"),
    );
  await expect.poll(async () => (await replicas()).rows.length).toBe(1);
}
